-- A role for HoiKho that can read the named schema and nothing else. Run once by the database's owner:
--   psql -v role=hoikho_doc -v password="'…'" -v base=kho -v schema=public -f scripts/postgres_role.sql kho
-- Then: HOIKHO_DB=postgresql://hoikho_doc:…@may/kho
\set ON_ERROR_STOP on
BEGIN;
CREATE ROLE :"role" LOGIN PASSWORD :password
  NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 16;
-- Nobody writes into the schema or makes temporary tables just because the account exists.
REVOKE CREATE ON SCHEMA :"schema" FROM PUBLIC;
REVOKE TEMPORARY, CREATE ON DATABASE :"base" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"base" TO :"role";
GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT ON ALL TABLES IN SCHEMA :"schema" TO :"role";
ALTER DEFAULT PRIVILEGES IN SCHEMA :"schema" GRANT SELECT ON TABLES TO :"role";
-- Limits that hold even if the program forgets its own.
ALTER ROLE :"role" SET default_transaction_read_only = on;
ALTER ROLE :"role" SET statement_timeout = '60s';
ALTER ROLE :"role" SET lock_timeout = '5s';
ALTER ROLE :"role" SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE :"role" SET temp_file_limit = '1GB';
ALTER ROLE :"role" SET work_mem = '64MB';
ALTER ROLE :"role" SET search_path = :"schema";
COMMIT;
