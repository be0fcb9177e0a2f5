import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { streamAnswer } from '../../../pipelines/sql/answer.ts'
import { readExamples } from '../../../pipelines/sql/examples.ts'
import { rollcall } from '../cli.ts'
import { writeSmallCatalog } from './smallCatalog.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-ask-'))
  await writeSmallCatalog(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const ask = (...args: string[]) => rollcall(['sql', ...args, '--data-dir', folder], {}, folder)
const question = 'select zoom_webinar_id, topic, start_time from zoom_webinars order by people'

describe('rollcall sql', () => {
  it('shows a table, with names from strangers made harmless', async () => {
    const { stdout, code } = await ask(question)
    expect(code).toBe(0)
    expect(stdout).toContain('91234567890   Grants 101')
    expect(stdout).toContain('Ready? [2J, "go"')
    expect(stdout).not.toContain('\u001b')
  })

  it('writes JSON and CSV to standard output, times in UTC', async () => {
    const [json, csv] = await Promise.all([ask('--json', question), ask('--format', 'csv', `${question};`)])
    expect(JSON.parse(json.stdout)).toEqual([
      { zoom_webinar_id: 91234567890, topic: 'Grants 101', start_time: '2026-05-01 08:00:00+00' },
      { zoom_webinar_id: 99876543210, topic: 'Ready?\u001b[2J, "go"', start_time: null },
    ])
    expect(csv.stdout).toBe(
      'zoom_webinar_id,topic,start_time\n91234567890,Grants 101,2026-05-01 08:00:00+00\n99876543210,"Ready?\u001b[2J, ""go""",\n',
    )
  })

  it('writes a file by its ending, and says how many rows are in it', async () => {
    const out = path.join(folder, "it's.parquet")
    const written = await ask('--out', out, question)
    expect(written.stderr).toMatch(/2 rows in .*it's\.parquet/)
    const back = await ask('--json', `select topic from '${out.replace("'", "''")}' where people is null`)
    expect(back.code).toBe(1)
    const [row] = JSON.parse(
      (await ask('--json', `select count(*) as n from '${out.replace("'", "''")}'`)).stdout,
    )
    expect(row).toEqual({ n: 2 })
  })

  it('runs a file of several statements: a table of each, rows of the last', async () => {
    const file = path.join(folder, 'two.sql')
    await writeFile(file, `-- first; of two\nselect 'a;b' as x;\nselect 2 as y -- the end`)
    const shown = await ask('--file', file)
    expect(shown.stdout).toMatch(/x\s+a;b\s+y\s+2/)
    expect((await ask('--file', file, '--format', 'csv')).stdout).toBe('y\n2\n')
  })

  it('lists tables and columns without SQL, also for programs', async () => {
    const tables = await ask('.tables', '--json')
    expect(JSON.parse(tables.stdout)).toEqual([
      { schema: 'marts', name: 'zoom_webinars', 'what it is': 'One row per webinar.' },
      { schema: 'raw', name: 'polls', 'what it is': '' },
    ])
    expect((await ask()).stdout).toContain('One row per webinar.')
    expect((await ask('.schema zoom_webinars')).stdout).toMatch(/start_time\s+TIMESTAMP WITH TIME ZONE/)
    expect((await ask('describe zoom_webinars', '--format', 'csv')).stdout).toContain('topic,VARCHAR')
  })

  it('says what is wrong, in one line where it can', async () => {
    const cases: [string[], RegExp, number][] = [
      [['selec 1'], /syntax error at or near "selec"/, 1],
      [['create table marts.x as select 1'], /read-only/, 1],
      [['.schema nothing'], /There is no table nothing\. The list of them: \.tables/, 1],
      [['--example', 'nothing'], /There is no example question "nothing"\. Known are/, 1],
      [['--out', 'x.txt', 'select 1'], /--out x\.txt: name it \.csv, \.json, \.ndjson or \.parquet/, 2],
      [
        ['--out', path.join(folder, 'no', 'x.csv'), 'select 1'],
        /cannot be written.*Name a file in a folder/s,
        1,
      ],
      [['--file', 'nothing.sql'], /nothing\.sql cannot be read \(ENOENT\)/, 1],
      [['select 1', '--file', 'x'], /Give one of QUERY, --file and --example/, 2],
      [[' -- nothing'], /There is no question/, 2],
    ]
    const results = await Promise.all(cases.map(([args]) => ask(...args)))
    for (const [index, [args, message, code]] of cases.entries()) {
      expect(results[index]?.stderr, args.join(' ')).toMatch(message)
      expect(results[index]?.code, args.join(' ')).toBe(code)
      expect(results[index]?.stderr).not.toMatch(/^\s+at /m)
    }
    expect((await readdir(folder)).filter((name) => name.includes('.tmp'))).toEqual([])
  })

  it('is not upset by a reader that has seen enough', async () => {
    const entry = fileURLToPath(new URL('../../../bin/rollcall.js', import.meta.url))
    const command = `"${process.execPath}" "${entry}" sql --format csv "from range(300000)" --data-dir "${folder}" | head -n 2; echo "\${PIPESTATUS[0]}"`
    const child = spawn('bash', ['-c', command])
    const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
    expect({ out, errors }).toEqual({ out: 'range\n0\n0\n', errors: '' })
  })

  it('adds to a file that has something, as the shell asks', async () => {
    const file = path.join(folder, 'growing.csv')
    await writeFile(file, 'kept\n')
    const entry = fileURLToPath(new URL('../../../bin/rollcall.js', import.meta.url))
    const child = spawn('bash', [
      '-c',
      `"${process.execPath}" "${entry}" sql --format csv "select 1 as x" --data-dir "${folder}" >> "${file}"`,
    ])
    await once(child, 'close')
    expect(await readFile(file, 'utf8')).toBe('kept\nx\n1\n')
  })
})

it('holds no answer in memory: a million rows cost less than their size', {
  timeout: 120_000,
}, async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  let bytes = 0
  let rss_max = 0
  const before = process.memoryUsage.rss()
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      rss_max = Math.max(rss_max, process.memoryUsage.rss())
      done()
    },
  })
  await streamAnswer(
    connection,
    `select range, repeat(md5(range::varchar), 6) as text from range(1000000)`,
    'csv',
    sink,
  )
  connection.closeSync()
  instance.closeSync()
  expect(bytes).toBeGreaterThan(195_000_000)
  expect(rss_max - before).toBeLessThan(125_000_000)
})

describe('example questions', () => {
  it('are the SQL files of a folder, each with its question in the first line', async () => {
    const questions = path.join(folder, 'questions')
    expect(await readExamples(questions)).toEqual([])
    await mkdir(questions)
    await writeFile(path.join(questions, 'b.sql'), '-- Who came?\nselect 1\n')
    await writeFile(path.join(questions, 'a.sql'), 'select 2\n')
    await writeFile(path.join(questions, 'notes.md'), '')
    expect((await readExamples(questions)).map(({ name, question }) => [name, question])).toEqual([
      ['a', '(no question in its first line)'],
      ['b', 'Who came?'],
    ])
  })
})
