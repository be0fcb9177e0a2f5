import { afterAll } from 'vitest'
import { dropTestDatabases } from './postgres/testDatabase.ts'

/*
 * Runs with every test file. A process runs many of them with the same modules, so what is to happen at the end of each
 * cannot be said where a module is imported: that happens once.
 */
afterAll(dropTestDatabases)
