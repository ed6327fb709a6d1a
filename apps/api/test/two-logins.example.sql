-- As an administrator. The login that serves may connect; the API gives it the rest when it starts.
create role claimcheck_api login password 'a-long-password';
grant connect on database tasks to claimcheck_api;
