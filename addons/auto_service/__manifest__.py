{
    "name": "Auto Service",
    "summary": "The whole car service in one install",
    "version": "19.0.1.4.0",
    "category": "Sales/Car Service",
    "author": "Auto CRM Contributors",
    "website": "https://github.com/auto-crm/auto-crm",
    "license": "LGPL-3",
    "depends": ["auto_loyalty", "auto_worktime"],
}
