-- a copy of the database must not take requests of the real sites
UPDATE auto_request_source
   SET key = NULL;
