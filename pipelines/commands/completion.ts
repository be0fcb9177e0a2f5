import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'

/** What the two commands of this file are called; the scripts call the second one. */
const own = ['completion', 'complete']

/**
 * Bash without the package bash-completion has no `_get_comp_words_by_ref`, which the script asks for the words of
 * the line; and it completes files only where that is registered as what to do else.
 */
const bashMore = `
declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
    words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
}
complete -o default -F __rollcall_complete rollcall
`

/** The script library's word for: nothing of ours, so complete files. */
const FILES = ':0\n'

/**
 * `rollcall completion SHELL`: the script that completes commands, options and their values in a shell. It asks
 * `rollcall complete -- WORDS…` at each tab, so that it never has to be made again.
 */
export function completion(shell: string, program: Command): void {
  rootOf(program).setup(program.name(), program.name(), shell)
  if (shell === 'bash') process.stdout.write(bashMore)
}

/** What the last of the words may become, a line each, for the scripts. */
export function suggest(words: readonly string[], program: Command): void {
  if (wantsFile(words, program)) process.stdout.write(FILES)
  else rootOf(program).parse([...words])
}

/** The program as the library sees it. It adds two commands of its own, so ours make room; nothing is run afterwards. */
function rootOf(program: Command) {
  const { commands } = program as unknown as { commands: Command[] }
  const others = commands.filter((command) => !own.includes(command.name()))
  commands.splice(0, commands.length, ...others)
  return tab(program, { completionCommandName: 'completion' })
}

/** Whether the last word is one the command wants a file or folder as: the library never offers those. */
function wantsFile(words: readonly string[], program: Command): boolean {
  const current = words.at(-1) ?? ''
  let command = program
  for (const word of words.slice(0, -1))
    command = command.commands.find((one) => one.name() === word) ?? command
  const option = command.options.find((one) => one.long === words.at(-2) && (one.required || one.optional))
  if (option !== undefined) return /<(file|folder)>/.test(option.flags)
  return !current.startsWith('-') && command.registeredArguments.some((one) => one.name() === 'file')
}
