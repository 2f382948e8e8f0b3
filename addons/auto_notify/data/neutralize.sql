-- a copy of the database must tell the customers nothing
INSERT INTO ir_config_parameter (key, value)
     VALUES ('auto_notify.test_mode', 'True')
ON CONFLICT (key) DO UPDATE SET value = 'True';

-- nor take what they write, nor hold the keys of the accounts
UPDATE auto_notify_channel
   SET login = NULL,
       secret = NULL,
       app_secret = NULL,
       hook_key = NULL,
       hook_secret = NULL,
       gateway_address = NULL,
       gateway_check_address = NULL,
       gateway_headers = NULL,
       gateway_body = NULL,
       gateway_callback_query = NULL,
       date_hook = NULL,
       date_check = NULL,
       is_check_ok = FALSE,
       check_result = NULL;
