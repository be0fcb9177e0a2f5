import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withCatalog } from '../../../pipelines/catalog.ts'
import { complete } from '../../../pipelines/sql/completer.ts'
import type { Catalogue } from '../../../pipelines/sql/dotCommands.ts'
import { prompt } from '../../../pipelines/sql/prompt.ts'
import { readSchema, setUp } from '../../../pipelines/sql/schema.ts'
import { isBlank, splitStatements } from '../../../pipelines/sql/statements.ts'
import { createOutput } from '../../../pipelines/terminal/output.ts'
import { writeSmallCatalog } from './smallCatalog.ts'

let folder: string
let catalogue: Catalogue
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-prompt-'))
  await writeSmallCatalog(folder)
  catalogue = {
    relations: await withCatalog(folder, readSchema),
    examples: [
      {
        name: 'busiest',
        question: 'Which is the busiest?',
        sql: '-- Which?\nselect max(people) as most from zoom_webinars',
      },
    ],
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A prompt at a terminal: what is typed goes in, what the screen got comes out. */
async function atTerminal(type: (keys: (text: string, until: RegExp) => Promise<void>) => Promise<void>) {
  const input = new PassThrough()
  const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 30 })
  let seen = ''
  let from = 0
  screen.on('data', (chunk: Buffer) => {
    seen += chunk.toString()
  })
  const output = await createOutput({}, {
    stdout: screen,
    stderr: { write: (text: string) => screen.write(text) },
  } as never)
  const historyFile = path.join(folder, 'state', 'sql_history')
  await withCatalog(folder, async (connection) => {
    await setUp(connection, catalogue.relations)
    const ended = prompt(connection, catalogue, output, { input, output: screen, historyFile })
    await type(async (text, until) => {
      from = seen.length
      input.write(text)
      for (let tries = 0; !until.test(seen.slice(from)); tries += 1) {
        if (tries > 400) throw new Error(`${until} was not seen in ${JSON.stringify(seen.slice(from))}`)
        await delay(10)
      }
    })
    input.write('\u0004')
    await ended
  })
  return { seen, history: await readFile(historyFile, 'utf8'), mode: (await stat(historyFile)).mode & 0o777 }
}

describe('the prompt', () => {
  it('answers a question of several lines when its semicolon comes, and keeps it as one in the history', async () => {
    const { history, mode } = await atTerminal(async (keys) => {
      await keys('select topic\n', /\.\.\.> /)
      await keys('from zoom_webinars\n', /\.\.\.> /)
      await keys('where people = 2;\n', /Grants 101[\s\S]*rollcall> /)
      await keys('.tables\n', /One row per webinar[\s\S]*rollcall> /)
    })
    expect(history).toBe('select topic from zoom_webinars where people = 2;\n.tables\n')
    expect(mode).toBe(0o600)
  })

  it('completes tables, then columns of the tables that were named', async () => {
    await atTerminal(async (keys) => {
      await keys('select 1 from marts.\t', /zoom_webinars/)
      await keys(' order by peo\t;\n', /people[\s\S]*rollcall> /)
    })
  })

  it('says what is wrong with a question and goes on', async () => {
    await atTerminal(async (keys) => {
      await keys('selec;\n', /syntax error[\s\S]*rollcall> /)
      await keys('.nothing\n', /There is no \.nothing[\s\S]*rollcall> /)
      await keys('select 40 + 2 as x;\n', /42[\s\S]*rollcall> /)
      await keys('.example busiest\n', /most[\s\S]*7[\s\S]*rollcall> /)
    })
  })

  it('drops what was typed on Ctrl-C, and interrupts a query that runs', async () => {
    const { seen } = await atTerminal(async (keys) => {
      await keys('select 1\n', /\.\.\.> /)
      await keys('from half a line\u0003', /\^C[\s\S]*rollcall> /)
      await keys('select 77 as x;\n', /77[\s\S]*rollcall> /)
      const slow = 'select count(*) from range(1000000) a, range(1000000) b where a.range + b.range = 3;\n'
      const interrupted = keys(slow, /Interrupted\.[\s\S]*rollcall> /)
      await delay(300)
      await Promise.all([interrupted, keys('\u0003', /Interrupted\./)])
      await keys('select 78 as x;\n', /78[\s\S]*rollcall> /)
    })
    expect(seen).not.toMatch(/Parser Error/)
  })
})

describe('statements', () => {
  it.each([
    ['select 1; select 2;', ['select 1', 'select 2'], ''],
    ['select \';\' as a, "b;c" from d', [], 'select \';\' as a, "b;c" from d'],
    ["select 'it''s; fine';", ["select 'it''s; fine'"], ''],
    ['select 1 -- no; end\n;', ['select 1 -- no; end'], ''],
    ['select /* a;b */ 1;', ['select /* a;b */ 1'], ''],
    ['select $tag$ ; $tag$;', ['select $tag$ ; $tag$'], ''],
    ["select 'open; and", [], "select 'open; and"],
    [';; -- nothing\n;', [], ''],
  ])('%s', (sql, whole, rest) => {
    const split = splitStatements(sql)
    expect(split.whole).toEqual(whole)
    expect(split.rest.trim()).toBe(rest)
  })

  it('are blank when they are comments', () => {
    expect(isBlank(' -- x\n /* y */ ')).toBe(true)
    expect(isBlank('-- x\nselect 1')).toBe(false)
  })
})

describe('completion', () => {
  it.each([
    ['sel', '', 'select'],
    ['select * from marts.', '', 'marts.zoom_webinars'],
    ['select w.to', 'from zoom_webinars w', 'w.topic'],
    ['.sch', '', '.schema'],
    ['.schema po', '', 'polls'],
    ['.example ', '', 'busiest'],
    ['select ans', 'from polls', 'answer'],
  ])('%s', (line, before, expected) => {
    expect(complete(line, before, catalogue)[0]).toContain(expected)
  })

  it('offers no columns of tables that are not asked', () => {
    expect(complete('select top', 'from polls', catalogue)[0]).toEqual([])
  })
})
