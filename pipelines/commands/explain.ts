import { explainParticipant } from '../explain/explanation.ts'
import { correctingLines, correctionsText, linkText, reasonsOf } from '../explain/words.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { likenessText } from '../likenessWords.ts'
import { reading } from '../session.ts'
import { plain } from '../terminal/output.ts'

/** `rollcall explain PARTICIPANT`: the rows, keys, links and weights that made a participant, in words. */
export async function explain(id: string, options: GlobalOptions): Promise<void> {
  await reading(options, async ({ config, output }) => {
    const explanation = await explainParticipant(config.dataDir, id.toLowerCase())
    const { participant, rows, links } = explanation
    output.print(
      `${plain(participant.name ?? 'somebody without a name')} in “${plain(participant.topic ?? 'a webinar')}”, ${participant.started ?? 'start unknown'}`,
    )
    output.print(
      `recognised by ${participant.method}, confidence ${participant.confidence.toFixed(3)}; person ${participant.person_id}`,
    )
    if (participant.registrant !== null)
      output.print(`registered as ${plain(participant.registrant)}, told by ${participant.registered_by}`)
    output.print('')
    output.table(
      ['row', 'name', 'e-mail', 'registrant', 'account user', 'joined', 'left'],
      rows.map((row, index) => [
        String(index + 1),
        row.name ?? '',
        row.email ?? '',
        row.registrant_id ?? '',
        row.zoom_user_id ?? '',
        row.joined ?? '',
        row.left ?? '',
      ]),
    )
    section('Why these rows are one', reasonsOf(explanation))
    section('Your decisions', correctionsText(explanation))
    section('Links that were followed', links.filter((link) => link.is_followed).map(linkText))
    section('Not linked', links.filter((link) => !link.is_followed).map(linkText))
    if (links.length > 0) output.print(`\nOf likeness ${likenessText(explanation.likeness)}.`)
    section(
      'To say otherwise, a line for rollcall correct FILE (decision,one,other,why)',
      correctingLines(explanation),
    )
    output.json(explanation)

    function section(title: string, lines: readonly string[]): void {
      if (lines.length > 0) output.print(`\n${title}:\n${lines.map((line) => `  - ${line}`).join('\n')}`)
    }
  })
}
