import readline from 'node:readline'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Output } from '../terminal/output.ts'
import { showTable } from './answer.ts'
import { complete } from './completer.ts'
import { answerDot, type Catalogue, showDot } from './dotCommands.ts'
import { history_lines_max, historyFile, readHistory, writeHistory } from './history.ts'
import { isBlank, splitStatements } from './statements.ts'

/*
 * Asking at a prompt:
 *
 *   ready ──line──▶ typing ──";"──▶ running ──▶ ready
 *     ▲               │                │
 *     └──── Ctrl-C ───┴──── Ctrl-C ────┘     what was typed is dropped; a query that runs is interrupted
 *
 * Ctrl-D, or the end of the input, leaves. A line that begins with a dot is a command where nothing is typed yet.
 */

interface PromptEffects {
  input: NodeJS.ReadableStream
  output: NodeJS.WritableStream
  historyFile: string
}

const first = 'rollcall> '
const next = '     ...> '

/** Answers questions until the input ends. Mistakes in them are said and end nothing. */
export async function prompt(
  connection: DuckDBConnection,
  catalogue: Catalogue,
  output: Output,
  effects: PromptEffects = { input: process.stdin, output: process.stdout, historyFile: historyFile() },
): Promise<void> {
  let typed = ''
  let isRunning = false
  let history = readHistory(effects.historyFile)
  const lines = readline.createInterface({
    input: effects.input,
    output: effects.output,
    prompt: first,
    history,
    historySize: history_lines_max,
    removeHistoryDuplicates: true,
    completer: (line: string) => complete(line, typed, catalogue),
  })
  lines.on('history', (now: string[]) => {
    // The lines of one question are one entry.
    if (typed !== '' && now.length > 1 && !now[1]?.includes('--')) now.splice(0, 2, `${now[1]} ${now[0]}`)
    history = now
  })
  lines.on('SIGINT', () => {
    if (isRunning) {
      connection.interrupt()
      return
    }
    typed = ''
    effects.output.write('^C\n')
    // Clears the line in hand, as Ctrl-U at its end does.
    lines.write(null, { ctrl: true, name: 'e' })
    lines.write(null, { ctrl: true, name: 'u' })
    ask()
  })
  const ask = () => {
    lines.setPrompt(typed === '' ? first : next)
    lines.prompt()
  }

  ask()
  for await (const line of lines) {
    isRunning = true
    try {
      if (typed === '' && line.trimStart().startsWith('.')) {
        const answer = answerDot(line.trim(), catalogue)
        if (answer.type === 'leave') break
        if (answer.type === 'rows') showDot(answer, output)
        else {
          output.print(answer.example.sql.trim())
          for (const statement of splitStatements(`${answer.example.sql}\n;`).whole)
            await showTable(connection, statement, output)
        }
      } else {
        const { whole, rest } = splitStatements(`${typed}${line}\n`)
        typed = isBlank(rest) ? '' : rest
        for (const statement of whole) await showTable(connection, statement, output)
      }
    } catch (error) {
      typed = ''
      output.warn(/INTERRUPT/.test(String(error)) ? 'Interrupted.' : (error as Error).message)
    } finally {
      isRunning = false
    }
    writeHistory(effects.historyFile, history)
    ask()
  }
  lines.close()
  writeHistory(effects.historyFile, history)
}
