"""What happened in the demo shop: texts a customer would say, works, parts, numbers."""

VISITS = 72
BUSY_DAYS = 30
MECHANICS = (
    "employee_mechanic",
    "employee_mechanic2",
    "employee_mechanic3",
    "employee_mechanic4",
)
HOURS = "Ежедневно 9–20"
SHIFTS = {
    "Первая смена 9–18": [(9, 13), (14, 18)],
    "Вторая смена 11–20": [(11, 15), (16, 20)],
}
SHIFT_MECHANICS = {
    "Первая смена 9–18": ("employee_mechanic", "employee_mechanic3"),
    "Вторая смена 11–20": ("employee_mechanic2", "employee_mechanic4"),
}
PAY = {  # roubles; the last one is new, and paid by the hour
    "employee_mechanic": {"hourly": 150, "percent": 30},
    "employee_mechanic2": {"percent": 40},
    "employee_mechanic3": {"hourly": 200, "per_norm_hour": 600},
    "employee_mechanic4": {"hourly": 350},
}
RECENT_VISITS = {0: 2, 1: 7, 2: 5, 3: 4}  # by days ago
ESTIMATES = 27
AWAITED = 17
AWAITED_TODAY = 8
ONLINE_BOOKINGS = (
    (
        "package_oil_rio",
        {
            "contact_name": "Кирилл Ершов",
            "phone": "+79265557701",
            "vehicle_line": "Т609КН799 Kia Ceed 2019",
        },
    ),
    (
        "package_oil_lada",
        {
            "contact_name": "Алла Миронова",
            "phone": "+79265557702",
            "vehicle_line": "Е330РА197 Lada Granta 2022",
        },
    ),
)
SOURCES = (
    "utm_source_yandex",
    "utm_source_maps",
    "utm_source_2gis",
    "utm_source_avito",
    "utm_source_friends",
)
CARDS = 30  # of the first customers
CARDS_OPENED = 100  # days ago
BONUS_EXPIRING = (1, 7, 13)
BONUS_EXPIRES = 9  # in so many days
BONUS_SPENT = 3  # one of so many who can
BIRTHDAYS = {4: -20, 6: 2}  # in days from today
BONUS_TEXTS = {"portal_point_name": "бонусы", "description": "Оплата бонусами"}
HYUNDAI_KIA = {"kia_rio", "kia_sportage", "hyundai_solaris", "hyundai_creta"}
SMALL_HYUNDAI_KIA = {"kia_rio", "hyundai_solaris", "hyundai_creta"}
VAG = {"volkswagen_polo", "skoda_octavia", "skoda_rapid"}
LADA = {"lada_vesta", "lada_granta"}
RENAULT = {"renault_logan", "renault_duster", "lada_largus"}
TOYOTA = {"toyota_camry", "toyota_rav4"}
# which models a part is for: by its code, without the models' prefix; others fit all
FITS = {
    "oil0w20": TOYOTA | {"mazda_cx_5"},
    "oilf_kia": HYUNDAI_KIA,
    "oilf_vag": VAG,
    "oilf_lada": LADA | {"chevrolet_niva"},
    "oilf_toyota": TOYOTA,
    "oilf_renault": RENAULT,
    "oilf_nissan": {"nissan_qashqai"},
    "oilf_bmw": {"bmw_x3"},
    "oilf_ford": {"ford_focus"},
    "oilf_mazda": {"mazda_cx_5"},
    "airf_rio": SMALL_HYUNDAI_KIA,
    "airf_logan": RENAULT,
    "cabf_rio": HYUNDAI_KIA,
    "cabf_polo": VAG,
    "plug_ngk": HYUNDAI_KIA,
    "plug_denso": TOYOTA | {"nissan_qashqai", "mazda_cx_5"},
    "belt_gates": RENAULT,
    "belt_lada": LADA,
    "pump": RENAULT,
    "padf_rio": SMALL_HYUNDAI_KIA,
    "padf_vesta": LADA,
    "padf_x3": {"bmw_x3"},
    "padf_camry": {"toyota_camry"},
    "padf_vag": VAG,
    "padf_logan": RENAULT,
    "padf_qashqai": {"nissan_qashqai"},
    "padf_focus": {"ford_focus"},
    "padr_rio": SMALL_HYUNDAI_KIA,
    "padr_octavia": VAG,
    "disc_rio": SMALL_HYUNDAI_KIA,
    "disc_camry": {"toyota_camry"},
    "shockf_rio": {"kia_rio"},
    "shockf_solaris": {"hyundai_solaris"},
    "shockr_logan": RENAULT,
    "ball": HYUNDAI_KIA,
    "ball_lada": LADA,
    "stab": HYUNDAI_KIA,
    "stab_lada": LADA,
    "stab_vag": VAG,
    "bearing": VAG,
    "clutch_kit": SMALL_HYUNDAI_KIA,
    "atf": HYUNDAI_KIA,
    "cvboot": VAG,
    "caliper_kit": SMALL_HYUNDAI_KIA,
    "thermostat": RENAULT,
}
STOCK = {
    "oil5w30": 18,
    "oil5w40": 12,
    "oil0w20": 5,
    "oilf_kia": 15,
    "oilf_vag": 10,
    "oilf_lada": 20,
    "oilf_toyota": 8,
    "oilf_renault": 9,
    "oilf_nissan": 6,
    "oilf_bmw": 4,
    "oilf_ford": 5,
    "oilf_mazda": 4,
    "airf_rio": 6,
    "airf_logan": 6,
    "cabf_rio": 8,
    "cabf_polo": 4,
    "plug_ngk": 32,
    "plug_denso": 16,
    "belt_gates": 2,
    "belt_lada": 1,
    "pump": 1,
    "coolant": 30,
    "padf_rio": 4,
    "padf_vesta": 3,
    "padf_camry": 1,
    "padf_vag": 3,
    "padf_logan": 2,
    "padf_focus": 1,
    "padr_rio": 3,
    "padr_octavia": 2,
    "disc_rio": 2,
    "fluid_dot4": 30,
    "shockf_rio": 2,
    "shockf_solaris": 1,
    "shockr_logan": 2,
    "ball": 5,
    "ball_lada": 4,
    "stab": 12,
    "stab_lada": 8,
    "stab_vag": 8,
    "bearing": 1,
    "atf": 18,
    "cvboot": 2,
    "batt60": 9,
    "batt75": 1,
    "lamp_h7": 14,
    "wiper": 5,
    "caliper_kit": 3,
    "thermostat": 1,
}
# lines are works and parts, or roles of parts: which one fits the car, the car says
VISIT_STORIES = [
    {
        "name": "ТО: масло и фильтры",
        "wish": "Плановое ТО, масло своё не беру",
        "work_type": "auto_crm.work_type_maintenance",
        "lines": [
            ("work_oil", 1),
            ("work_cabin_filter", 1),
            ("part_oil5w30", 1),
            ("oilf", 1),
            ("cabf", 1),
        ],
    },
    {
        "name": "Замена масла",
        "wish": "Поменять масло и посмотреть подвеску",
        "work_type": "auto_crm.work_type_maintenance",
        "lines": [
            ("work_oil", 1),
            ("work_diag_susp", 1),
            ("part_oil5w40", 1),
            ("oilf", 1),
        ],
    },
    {
        "name": "Тормоза спереди",
        "wish": "Скрип при торможении",
        "work_type": "auto_crm.work_type_brakes",
        "lines": [
            ("work_front_pads", 1),
            ("padf", 1),
            ("part_caliper_kit", 1),
        ],
    },
    {
        "name": "Тормоза по кругу",
        "wish": "Педаль стала мягкой, руль бьёт при торможении",
        "work_type": "auto_crm.work_type_brakes",
        "lines": [
            ("work_front_pads", 1),
            ("work_rear_pads", 1),
            ("work_brake_fluid", 1),
            ("padf", 1),
            ("padr", 1),
            ("part_fluid_dot4", 2),
        ],
    },
    {
        "name": "Стук в подвеске",
        "wish": "Стук спереди слева на кочках",
        "work_type": "auto_crm.work_type_suspension",
        "lines": [
            ("work_diag_susp", 1),
            ("work_stabilizer", 1),
            ("stab", 2),
        ],
    },
    {
        "name": "Шаровая опора",
        "wish": "Люфт на подъёмнике, сказали шаровая",
        "work_type": "auto_crm.work_type_suspension",
        "lines": [
            ("work_ball_joint", 1),
            ("work_alignment", 1),
            ("ball", 1),
        ],
    },
    {
        "name": "Ступичный подшипник",
        "wish": "Гул на скорости после 60 км/ч",
        "work_type": "auto_crm.work_type_suspension",
        "lines": [
            ("work_wheel_bearing", 1),
            ("part_bearing", 1),
        ],
    },
    {
        "name": "Свечи зажигания",
        "wish": "Троит на холодную",
        "work_type": "auto_crm.work_type_engine",
        "lines": [
            ("work_diag", 1),
            ("work_spark_plugs", 1),
            ("plug", 4),
        ],
    },
    {
        "name": "Горит Check Engine",
        "wish": "Загорелась лампа двигателя",
        "work_type": "auto_crm.work_type_diagnostics",
        "lines": [
            ("work_diag", 1),
        ],
    },
    {
        "name": "Антифриз и термостат",
        "wish": "Долго греется, печка дует холодным",
        "work_type": "auto_crm.work_type_engine",
        "lines": [
            ("work_antifreeze", 1),
            ("part_coolant", 2),
            ("part_thermostat", 1),
        ],
    },
    {
        "name": "Жидкость АКПП",
        "wish": "Пинается коробка при переключении",
        "work_type": "auto_crm.work_type_gearbox",
        "lines": [
            ("work_gearbox_oil", 1),
            ("part_atf", 5),
        ],
    },
    {
        "name": "Аккумулятор",
        "wish": "Утром не завелась",
        "work_type": "auto_crm.work_type_electrics",
        "lines": [
            ("work_battery", 1),
            ("part_batt60", 1),
        ],
    },
    {
        "name": "Пыльник ШРУСа",
        "wish": "Хруст при повороте",
        "work_type": "auto_crm.work_type_gearbox",
        "lines": [
            ("work_cv_boot", 1),
            ("part_cvboot", 1),
        ],
    },
    {
        "name": "Ремень ГРМ",
        "wish": "Пробег 90 тысяч, пора менять ремень",
        "work_type": "auto_crm.work_type_engine",
        "lines": [
            ("work_timing_belt", 1),
            ("work_water_pump", 1),
            ("belt", 1),
            ("part_pump", 1),
            ("part_coolant", 1),
        ],
    },
    {
        "name": "Шиномонтаж",
        "wish": "Переобуть на зиму",
        "work_type": "auto_crm.work_type_tyres",
        "lines": [
            ("work_tyres", 1),
        ],
    },
    {
        "name": "Полное ТО",
        "wish": "ТО-60, всё по регламенту",
        "work_type": "auto_crm.work_type_maintenance",
        "lines": [
            ("work_service_full", 1),
            ("work_air_filter", 1),
            ("part_oil5w30", 1),
            ("oilf", 1),
            ("airf", 1),
        ],
    },
    {
        "name": "Тормозная жидкость",
        "wish": "Жидкости больше двух лет, педаль мягкая",
        "work_type": "auto_crm.work_type_brakes",
        "lines": [
            ("work_brake_fluid", 1),
            ("part_fluid_dot4", 2),
        ],
    },
    {
        "name": "Развал-схождение",
        "wish": "Тянет вправо после ямы",
        "work_type": "auto_crm.work_type_suspension",
        "lines": [
            ("work_diag_susp", 1),
            ("work_alignment", 1),
        ],
    },
    {
        "name": "Замена антифриза",
        "wish": "Антифриз мутный, поменять перед зимой",
        "work_type": "auto_crm.work_type_engine",
        "lines": [
            ("work_antifreeze", 1),
            ("part_coolant", 2),
        ],
    },
]
# What the shelf can serve at once.
STOCK_STORIES = [
    VISIT_STORIES[number] for number in (0, 1, 4, 5, 7, 8, 11, 14, 16, 17, 18)
]
# Each needs a part that is not on the shelf.
PARTS_STORIES = [
    {
        "car": "car_2",
        "name": "Тормоза BMW X3",
        "wish": "Скрежет спереди при торможении",
        "work_type": "auto_crm.work_type_brakes",
        "lines": [
            ("work_front_pads", 1),
            ("part_padf_x3", 1),
            ("part_fluid_dot4", 1),
        ],
    },
    {
        "car": "car_5",
        "name": "Диски и колодки",
        "wish": "Биение руля при торможении",
        "work_type": "auto_crm.work_type_brakes",
        "lines": [
            ("work_front_discs", 1),
            ("part_disc_camry", 2),
            ("part_padf_camry", 1),
        ],
    },
    {
        "car": "car_39",
        "name": "Сцепление",
        "wish": "Пробуксовывает на подъёме",
        "work_type": "auto_crm.work_type_gearbox",
        "lines": [
            ("work_clutch", 1),
            ("part_clutch_kit", 1),
        ],
    },
    {
        "car": "car_33",
        "name": "Амортизаторы передние",
        "wish": "Пробивает на лежачих полицейских",
        "work_type": "auto_crm.work_type_suspension",
        "lines": [
            ("work_shock_front", 1),
            ("part_shockf_solaris", 2),
            ("part_stab", 2),
        ],
    },
    {
        "car": "car_44",
        "name": "Сцепление в сборе",
        "wish": "Хруст при включении второй",
        "work_type": "auto_crm.work_type_gearbox",
        "lines": [
            ("work_clutch", 1),
            ("part_clutch_kit", 1),
        ],
    },
    {
        "car": "car_9",
        "name": "Колодки BMW",
        "wish": "Загорелся датчик износа колодок",
        "work_type": "auto_crm.work_type_brakes",
        "lines": [
            ("work_front_pads", 1),
            ("part_padf_x3", 1),
        ],
    },
]
REQUESTS = [
    {
        "name": "Стук спереди слева",
        "contact_name": "Григорий Осипов",
        "phone": "+79161112233",
        "vehicle_line": "С417ТМ197 Hyundai Creta 2020",
        "wish": "Стучит спереди слева на мелких кочках, можно сегодня?",
    },
    {
        "name": "ТО и фильтры",
        "contact_name": "Полина Авдеева",
        "phone": "+79034445566",
        "email_from": "polina.avdeeva@example.com",
        "vehicle_line": "Н802ЕА777 Kia Sportage 2021",
        "wish": "Сколько стоит ТО-45 с вашим маслом?",
    },
]
LOST = [
    (
        "Замена турбины",
        "Сколько будет стоить турбина?",
        "crm.lost_reason_1",
    ),
    (
        "Покраска бампера",
        "Поцарапали бампер во дворе",
        "auto_crm.crm_lost_reason_not_ours",
    ),
    ("Ремонт АКПП", "Толчки на второй передаче", "auto_crm.crm_lost_reason_competitor"),
    ("Кондиционер", "Не холодит кондиционер", "auto_crm.crm_lost_reason_no_answer"),
    ("Кузовной ремонт", "Вмятина на двери", "auto_crm.crm_lost_reason_sold"),
    ("Чип-тюнинг", "Хочу прибавить мощности", "auto_crm.crm_lost_reason_not_ours"),
]
MESSENGERS = {
    "telegram": {"name": "Telegram", "sender": "autopost5_bot", "sequence": 10},
    "max": {"name": "MAX", "sender": "autopost5_max_bot", "sequence": 20},
}
# minutes ago, whether it was the customer, what he wrote
TALKS = [
    {
        "car": "car_2",
        "kind": "telegram",
        "lines": [
            (95, True, "Добрый день! Колодки на BMW уже заказали?"),
            (80, False, "Здравствуйте! Да, будут завтра до обеда. Напишем сразу."),
            (76, True, "Отлично, жду."),
            (75, False, "Как только придут, предложим время заезда."),
        ],
    },
    {
        "car": "car_9",
        "kind": "telegram",
        "lines": [
            (150, True, "Здравствуйте! Колодки уже пришли?"),
            (128, False, "Добрый день! Да, всё на складе. Когда удобно приехать?"),
            (12, True, "Завтра в 10 утра можно? И сколько ждать по времени?"),
        ],
    },
    {
        "car": "car_5",
        "kind": "max",
        "lines": [
            (34, True, "Здравствуйте! Руль бьёт всё сильнее, ездить пока можно?"),
            (33, True, "И сколько ещё ждать диски?"),
        ],
    },
]
DAMAGES = [
    [
        {"x": 22, "y": 34, "kind": "scratch", "note": "передняя левая дверь"},
        {"x": 81, "y": 62, "kind": "dent", "note": "заднее правое крыло"},
    ],
    [{"x": 8, "y": 50, "kind": "chip", "note": "капот, сколы от камней"}],
    [
        {"x": 35, "y": 48, "kind": "crack", "note": "лобовое стекло, снизу"},
        {"x": 92, "y": 30, "kind": "scratch", "note": "задний бампер"},
        {"x": 60, "y": 80, "kind": "rust", "note": "порог справа"},
    ],
]
BELONGINGS = ("Детское кресло", "Видеорегистратор, зонт", "Ничего ценного")
RECOMMENDATIONS = [
    ("Передние колодки: осталось 3 мм", "work_front_pads", "danger"),
    ("Тормозная жидкость: старше двух лет", "work_brake_fluid", "soon"),
    ("Задние амортизаторы запотели", "work_shock_rear", "soon"),
    ("Ремень ГРМ: трещины", "work_timing_belt", "danger"),
    ("Стойки стабилизатора: люфт", "work_stabilizer", "soon"),
    ("Антифриз мутный", "work_antifreeze", "soon"),
    ("Свечи на пределе", "work_spark_plugs", "safe"),
    ("Салонный фильтр", "work_cabin_filter", "safe"),
    ("Развал-схождение после ремонта", "work_alignment", "soon"),
    ("Пыльник ШРУСа надорван", "work_cv_boot", "danger"),
    ("Аккумулятор держит слабо", "work_battery", "soon"),
    ("Жидкость АКПП, 60 тыс. км", "work_gearbox_oil", "safe"),
]
