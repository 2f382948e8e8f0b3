from . import (
    auto_demo_shop,
    auto_demo_loyalty,
    auto_demo_planner,
    auto_demo_worktime,
    auto_demo_pay,
    auto_demo_talk,
)
