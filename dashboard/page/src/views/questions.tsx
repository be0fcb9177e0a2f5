import type { JSX } from 'preact'
import type { InstanceAnswer, Wire } from '../../../answers.ts'
import { csvOf } from '../csv.ts'
import { download } from '../download.ts'
import { clock, count, plural } from '../format.ts'
import { link } from '../route.ts'

/** What participants asked, and what they were told. */
export function Questions({ instance }: { instance: Wire<InstanceAnswer> }): JSX.Element | null {
  const { questions, questionCount } = instance
  if (questions.length === 0) return null
  const save = () =>
    download(
      'Questions',
      csvOf(
        ['asked at (UTC)', 'name', 'question', 'answer', 'status'],
        questions.map((one) => [one.askedAt, one.name, one.question, one.answer, one.status]),
      ),
    )
  return (
    <section class="card" aria-labelledby="questions">
      <div class="card-head">
        <div>
          <h2 id="questions">Questions and answers</h2>
          <p class="quiet">
            {plural(questionCount ?? 0, 'question')}
            {questions.length < (questionCount ?? 0) && `; the first ${count(questions.length)} are shown`}
          </p>
        </div>
        <div class="tools">
          <button type="button" onClick={save}>
            CSV<span class="visually-hidden"> of questions</span>
          </button>
        </div>
      </div>
      <ol class="questions">
        {questions.map((one, index) => (
          <li key={index}>
            <p class="quiet">
              {one.personId === null ? (
                (one.name ?? 'somebody')
              ) : (
                <a href={link(`/persons/${one.personId}`)}>{one.name ?? 'somebody'}</a>
              )}
              {one.askedAt !== null && ` at ${clock(one.askedAt)}`}
            </p>
            <p class="question">{one.question ?? '–'}</p>
            {one.answer === null ? (
              <p class="quiet">not answered in writing</p>
            ) : (
              <p class="reply">{one.answer}</p>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
