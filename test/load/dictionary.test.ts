import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Relation, readDictionary } from '../../load/dictionary.ts'
import { diagram, dictionaryText } from '../../load/dictionaryText.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'

let url: string
let relations: Relation[]

beforeAll(async () => {
  url = (await createTestDatabase()).url
  relations = await readDictionary(url)
})

describe('docs/data-dictionary.md', () => {
  it('says what the schema says; npm run docs:dictionary writes it anew', async () => {
    const file = path.join(import.meta.dirname, '../../docs/data-dictionary.md')
    expect(await readFile(file, 'utf8')).toBe(dictionaryText(relations))
  })

  it('changes with a comment, a column and a view', async () => {
    const before = dictionaryText(relations)
    await query(url, `comment on column zoom_people.display_name is 'Another meaning.'`)
    expect(dictionaryText(await readDictionary(url))).not.toBe(before)
  })
})

describe('the diagram', () => {
  it('has a line for every foreign key', async () => {
    const keys = await query<{ line: string }>(
      url,
      `select confrelid::regclass::text || '.' || conrelid::regclass::text || '.' || attname as line
       from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1] where contype = 'f'`,
    )
    const drawn = [...diagram(relations).matchAll(/^ {4}(\w+) [|o|]{2}--o\{ (\w+) : (\w+)$/gm)]
    expect(drawn.map(([, parent, child, column]) => `${parent}.${child}.${column}`).sort()).toEqual(
      keys.map(({ line }) => line).sort(),
    )
  })

  it('is written in the grammar of mermaid', () => {
    const [first, ...lines] = diagram(relations).split('\n')
    expect(first).toBe('erDiagram')
    const known = /^ {4}(\w+ \{|\}|\w+ (\|\||\|o)--o\{ \w+ : \w+)$|^ {8}\w+ \w+ (PK|FK|PK, FK)$/
    expect(lines.filter((line) => !known.test(line))).toEqual([])
  })
})
