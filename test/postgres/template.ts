/** Migrated once per test run; every test database is a copy of it. */
export const templateDatabase = 'rollcall_template'
