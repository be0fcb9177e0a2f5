import { type Kysely, sql } from 'kysely'

/** Column name → [type with constraints, meaning]. */
type Columns = Record<string, [type: string, meaning: string]>

interface Table {
  meaning: string
  columns: Columns
  key: string[]
  /** Column → table whose `id` it holds. */
  references?: Record<string, string>
  indexes?: string[][]
  /** Percent of a page that rows are first put in: what is left is for newer versions of them. */
  fillfactor?: number
}

const account: Columns = { account_id: ['text not null', 'Zoom account the row belongs to.'] }
const webinar: Columns = { webinar_id: ['uuid not null', 'Webinar, see zoom_webinars.'] }
const instance: Columns = { instance_id: ['uuid not null', 'Instance, see zoom_webinar_instances.'] }

/** What is common to answers to polls and surveys and to questions asked. */
const fromPerson = (id: string): Columns => ({
  id: ['uuid', id],
  ...webinar,
  ...instance,
  participant_id: ['uuid', 'Participant who gave it; null where the name and e-mail do not tell.'],
  name: ['text', 'Name as Zoom reports it with the answer.'],
  email: ['text', 'E-mail as Zoom reports it with the answer.'],
})

const answers = {
  key: ['id'],
  references: {
    webinar_id: 'zoom_webinars',
    instance_id: 'zoom_webinar_instances',
    participant_id: 'zoom_participants',
  },
  indexes: [['webinar_id'], ['instance_id'], ['participant_id']],
}

const tables: Record<string, Table> = {
  zoom_people: {
    meaning: 'One row per person: one human across all instances, whether they registered or attended.',
    columns: {
      id: ['uuid', 'Person. Does not change when more data arrives; merged ids are in zoom_person_aliases.'],
      ...account,
      display_name: ['text', 'The name the person is shown under.'],
      primary_email: ['text', 'The e-mail the person is known by, lower case.'],
      zoom_user_id: ['text', 'Zoom account user id, where the person signed in.'],
      first_seen_at: ['timestamptz', 'First join or registration.'],
      last_seen_at: ['timestamptz', 'Last leave or registration.'],
      instances_attended: ['integer not null', 'Instances the person took part in.'],
      webinars_attended: ['integer not null', 'Webinars the person took part in.'],
      total_duration: ['bigint not null', 'Seconds of presence over all instances.'],
    },
    key: ['id'],
    // None of what changes with each instance a person comes to, and room beside them: such a change then touches no index.
    indexes: [['primary_email']],
    fillfactor: 90,
  },
  zoom_person_aliases: {
    meaning:
      'One row per former or would-be id of a person, for links that were stored before two persons turned out to be one.',
    columns: {
      alias_id: ['uuid', 'The id that is no longer used.'],
      person_id: ['uuid not null', 'The person it stands for, see zoom_people.'],
    },
    key: ['alias_id'],
    references: { person_id: 'zoom_people' },
    indexes: [['person_id']],
  },
  zoom_webinars: {
    meaning: 'One row per webinar: a series with one numeric Zoom id and one or more instances.',
    columns: {
      id: ['uuid', 'Webinar.'],
      ...account,
      zoom_webinar_id: ['bigint not null', 'Numeric id in Zoom.'],
      topic: ['text', 'Topic as last seen.'],
      host_id: ['text', 'Zoom user id of the host.'],
      host_email: ['text', 'E-mail of the host.'],
      timezone: ['text', 'IANA time zone the webinar was scheduled in.'],
      start_time: ['timestamptz', 'Scheduled start, else start of the first instance.'],
      scheduled_duration: ['integer', 'Scheduled length in minutes, as Zoom keeps it.'],
      webinar_type: [
        'integer',
        "Zoom's type code: 5 webinar, 6 recurring without fixed time, 9 recurring with fixed time.",
      ],
      status: [
        'text not null',
        'scheduled (to come), ended, or unlisted (in the history but no longer listed by Zoom).',
      ],
      has_registration: ['boolean not null', 'Whether people had to register.'],
      total_registrants: ['integer not null', 'Approved registrations.'],
      pending_registrants: ['integer not null', 'Registrations that wait for approval.'],
      denied_registrants: ['integer not null', 'Registrations that were denied.'],
      registrants_attended: ['integer not null', 'Approved registrants who took part in any instance.'],
      instance_count: ['integer not null', 'Times it ran.'],
      actual_participant_count: [
        'integer not null',
        'Participants of all its instances: who came twice counts twice.',
      ],
      unique_participant_count: ['integer not null', 'Persons who came: who came twice counts once.'],
    },
    key: ['id'],
    indexes: [['zoom_webinar_id'], ['start_time']],
  },
  zoom_webinar_instances: {
    meaning: 'One row per instance: one time a webinar actually ran. A host crash makes a second instance.',
    columns: {
      id: ['uuid', 'Instance.'],
      ...account,
      ...webinar,
      zoom_uuid: ['text not null', 'Uuid in Zoom; csv:… where only a portal report knows the instance.'],
      instance_number: ['integer not null', 'Counted from 1 by start within the webinar.'],
      restart_number: [
        'integer not null',
        '0 for a start of its own; 1 and up for restarts of one broadcast, as after a crash of the host.',
      ],
      restart_of_instance_id: [
        'uuid',
        'The first instance of the broadcast this one restarted: same occurrence, or started within 60 minutes of its end. Null where it is no restart.',
      ],
      occurrence_id: ['text', 'Scheduled occurrence in Zoom, where Zoom names it.'],
      topic: ['text', 'Topic when it ran.'],
      start_time: ['timestamptz', 'Actual start.'],
      end_time: ['timestamptz', 'Actual end.'],
      duration: ['integer', 'Seconds from start to end.'],
      reported_duration_minutes: ['integer', "Zoom's own minutes, rounded up."],
      reported_participants: ['integer', "Zoom's own participant figure, as its history reports it."],
      reported_unique_viewers: ['integer', "Zoom's own count of different viewers."],
      reported_peak_viewers: ['integer', "Zoom's own peak of viewers at once."],
      captured_rows: ['integer not null', 'Participant rows of the best capture, as Zoom sent them.'],
      connection_count: [
        'integer not null',
        'Joins: captured rows without exact duplicates and waiting room.',
      ],
      session_count: ['integer not null', 'Stretches of unbroken presence of all participants.'],
      actual_participant_count: ['integer not null', 'Participants in any role.'],
      attendee_count: ['integer not null', 'Participants who were attendees.'],
      viewer_count: [
        'integer not null',
        'Attendees without those who came by telephone only: what reported_unique_viewers counts.',
      ],
      panelist_count: ['integer not null', 'Participants who were panelists.'],
      host_count: ['integer not null', 'Participants who were hosts.'],
      peak_concurrent: ['integer not null', 'Most participants present at once, any role.'],
      peak_at: ['timestamptz', 'First moment the peak was reached.'],
      attendee_peak_concurrent: ['integer not null', 'Most attendees present at once.'],
      total_duration: [
        'bigint not null',
        'Seconds of presence of all participants; two devices at once count once.',
      ],
      connected_duration: ['bigint not null', 'Seconds of all connections; two devices at once count twice.'],
      registrants_attended: ['integer not null', 'Approved registrants who took part in this instance.'],
      median_duration: ['integer', 'Median seconds of presence of a participant.'],
      late_arrival_count: [
        'integer not null',
        'Attendees who missed the first 5 minutes or 10 percent, whichever is shorter.',
      ],
      early_leaver_count: [
        'integer not null',
        'Attendees who missed the last 5 minutes or 10 percent, whichever is shorter.',
      ],
      polls_offered: ['integer not null', 'Different poll questions that anybody answered.'],
      is_qa_offered: ['boolean not null', 'Whether anybody asked a question.'],
      is_survey_offered: ['boolean not null', 'Whether anybody answered the survey.'],
      capture_status: [
        'text not null',
        'How the reading of its participants ended: complete, empty, partial, not_ready, denied, expired or failed.',
      ],
      source_endpoint: ['text', 'Where its participants came from: report, past_webinars, metrics or csv.'],
      discovered_by: ['text', 'Every route that saw the instance.'],
    },
    key: ['id'],
    references: { webinar_id: 'zoom_webinars', restart_of_instance_id: 'zoom_webinar_instances' },
    indexes: [['webinar_id'], ['restart_of_instance_id'], ['start_time'], ['zoom_uuid']],
  },
  zoom_registrants: {
    meaning: 'One row per registration: somebody who signed up for a webinar, whether they came or not.',
    columns: {
      id: ['uuid', 'Registration.'],
      ...account,
      ...webinar,
      person_id: ['uuid', 'Person who registered, see zoom_people.'],
      zoom_registrant_id: ['text', 'Registrant id in Zoom.'],
      email: ['text', 'E-mail given at registration.'],
      first_name: ['text', 'First name given at registration.'],
      last_name: ['text', 'Last name given at registration.'],
      status: ['text not null', 'approved, pending or denied.'],
      registered_at: ['timestamptz', 'When they signed up.'],
      tracking_source: ['text', 'Name of the tracking link they came by.'],
      custom_answers: ['jsonb', 'Answers to custom questions: an array of {title, value}.'],
      occurrence_id: [
        'text',
        'Occurrence in Zoom they registered for, where registration is per occurrence.',
      ],
      organization: ['text', 'Organization given at registration.'],
      job_title: ['text', 'Job title given at registration.'],
      country: ['text', 'Country given at registration.'],
      has_attended: ['boolean not null', 'Whether they took part in any instance.'],
      instances_attended: ['integer not null', 'Instances of the webinar they took part in.'],
    },
    key: ['id'],
    references: { webinar_id: 'zoom_webinars', person_id: 'zoom_people' },
    indexes: [['webinar_id'], ['person_id'], ['email']],
  },
  zoom_participants: {
    meaning: 'One row per participant: one person in one instance.',
    columns: {
      id: ['uuid', 'Participant.'],
      ...account,
      ...webinar,
      ...instance,
      person_id: ['uuid not null', 'Person across instances, see zoom_people.'],
      registrant_id: ['uuid', 'Registration the person came with, see zoom_registrants.'],
      participant_name: ['text', 'Name shown in the instance.'],
      participant_email: ['text', 'E-mail the person owns, lower case.'],
      zoom_user_id: ['text', 'Zoom account user id, where the person signed in.'],
      role: ['text not null', 'host, panelist or attendee.'],
      first_join_time: ['timestamptz', 'First join.'],
      last_leave_time: ['timestamptz', 'Last leave.'],
      total_duration: [
        'integer not null',
        'Seconds of presence: the sum of the sessions. Two devices at once count once.',
      ],
      connected_duration: ['integer not null', 'Seconds of all connections: what a naive report shows.'],
      session_count: [
        'integer not null',
        'Stretches of unbroken presence; more than 1 means the person came back.',
      ],
      connection_count: ['integer not null', 'Joins, including those of no length.'],
      attended_seconds: [
        'integer',
        'Seconds of presence between start and end of the instance; null where its length is unknown.',
      ],
      missed_start_seconds: [
        'integer',
        'Seconds from the start of the instance to their first presence; null where they were never present or its length is unknown.',
      ],
      missed_end_seconds: [
        'integer',
        'Seconds from their last presence to the end of the instance; null as for missed_start_seconds.',
      ],
      is_late_arrival: [
        'boolean',
        'Whether they missed the first 5 minutes or 10 percent, whichever is shorter; null as for missed_start_seconds.',
      ],
      is_early_leaver: [
        'boolean',
        'Whether they missed the last 5 minutes or 10 percent, whichever is shorter; null as for missed_start_seconds.',
      ],
      engagement_score: [
        'numeric(5,2)',
        '0 to 100: share of time 50, stayed to the end 15, polls 15, question asked 10, survey 10, re-weighted to what the instance offered; null where its length is unknown.',
      ],
      attended_share: [
        'numeric(5,4)',
        'attended_seconds as a share of the length of the instance, 0 to 1; null where that is unknown.',
      ],
      has_stayed_to_end: [
        'boolean not null',
        'Present within the last 5 minutes or 10 percent, whichever is shorter.',
      ],
      polls_offered: ['integer not null', 'Different poll questions of the instance that anybody answered.'],
      polls_answered: ['integer not null', 'Poll questions answered.'],
      is_qa_offered: ['boolean not null', 'Whether anybody asked a question in the instance.'],
      questions_asked: ['integer not null', 'Questions asked in Q&A.'],
      is_survey_offered: ['boolean not null', 'Whether anybody answered the survey of the instance.'],
      has_answered_survey: ['boolean not null', 'Whether the survey was answered.'],
      identity_method: [
        'text not null',
        'Strongest key that recognised the person: registrant_id, zoom_user_id, email, name, shared_link, probable (by likeness), correction (decided by hand) or none.',
      ],
      identity_confidence: [
        'numeric(4,3) not null',
        'Chance that the rows are all of one person and nobody else, 0 to 1.',
      ],
      source_endpoint: ['text not null', 'Where the rows came from: report, past_webinars, metrics or csv.'],
    },
    key: ['id'],
    references: {
      webinar_id: 'zoom_webinars',
      instance_id: 'zoom_webinar_instances',
      person_id: 'zoom_people',
      registrant_id: 'zoom_registrants',
    },
    indexes: [
      ['webinar_id'],
      ['instance_id'],
      ['person_id'],
      ['registrant_id'],
      ['participant_email'],
      ['session_count'],
    ],
  },
  zoom_participant_sessions: {
    meaning:
      'One row per session: a stretch of unbroken presence of one participant. Sessions of a participant never overlap.',
    columns: {
      id: ['uuid', 'Session.'],
      participant_id: ['uuid not null', 'Participant, see zoom_participants.'],
      ...instance,
      ...webinar,
      session_number: ['integer not null', 'Counted from 1 by join within the participant.'],
      join_time: ['timestamptz not null', 'Start of presence.'],
      leave_time: ['timestamptz not null', 'End of presence; the moment itself is no longer part of it.'],
      duration: ['integer not null', 'Seconds from join to leave.'],
      connection_count: ['integer not null', 'Connections the session is made of.'],
    },
    key: ['id'],
    references: {
      participant_id: 'zoom_participants',
      instance_id: 'zoom_webinar_instances',
      webinar_id: 'zoom_webinars',
    },
    indexes: [['participant_id'], ['instance_id'], ['webinar_id'], ['join_time']],
  },
  zoom_instance_timeline: {
    meaning: 'One row per minute of an instance.',
    columns: {
      ...instance,
      minute: ['timestamptz', 'Start of the minute.'],
      present: ['integer not null', 'Most participants present at once during the minute.'],
      joined: ['integer not null', 'Sessions that started in the minute.'],
      left: ['integer not null', 'Sessions that ended in the minute.'],
    },
    key: ['instance_id', 'minute'],
    references: { instance_id: 'zoom_webinar_instances' },
  },
  zoom_instance_dropoff: {
    meaning:
      'One row per tenth of an instance, 1 to 10: where its attendees are, of those who were present at any time.',
    columns: {
      ...instance,
      tenth: ['integer', 'Counted from 1.'],
      starts_at: ['timestamptz not null', 'Start of the tenth.'],
      ends_at: ['timestamptz not null', 'End of the tenth; the moment itself is no longer part of it.'],
      attendees: [
        'integer not null',
        'Attendees who were present at any time of the instance: not_yet_come + present + away + gone.',
      ],
      not_yet_come: ['integer not null', 'Attendees whose first presence is after the tenth.'],
      present: ['integer not null', 'Attendees who were present at any time during the tenth.'],
      away: [
        'integer not null',
        'Attendees who were absent all the tenth but came before and come back later.',
      ],
      gone: ['integer not null', 'Attendees whose last presence was before the tenth.'],
      present_share: ['numeric(5,4) not null', 'present as a share of attendees, 0 to 1.'],
      average_present: ['numeric(10,2) not null', 'Attendees present, averaged over the time of the tenth.'],
    },
    key: ['instance_id', 'tenth'],
    references: { instance_id: 'zoom_webinar_instances' },
  },
  zoom_poll_answers: {
    meaning: 'One row per person and poll question answered.',
    columns: {
      ...fromPerson('Answer.'),
      polling_id: ['text', 'Poll in Zoom.'],
      question: ['text', 'The question asked.'],
      answer: ['text', 'The answer given.'],
      answered_at: ['timestamptz', 'When it was answered.'],
    },
    ...answers,
  },
  zoom_questions: {
    meaning: 'One row per question asked in Q&A.',
    columns: {
      ...fromPerson('Question.'),
      question_id: ['text', 'Question in Zoom.'],
      question: ['text', 'What was asked.'],
      answer: ['text', 'What was answered.'],
      question_status: ['text', "Zoom's status of the question."],
      asked_at: ['timestamptz', 'When it was asked.'],
    },
    ...answers,
  },
  zoom_survey_answers: {
    meaning: 'One row per person and survey question answered.',
    columns: {
      ...fromPerson('Answer.'),
      survey_id: ['text', 'Survey in Zoom.'],
      question_id: ['text', 'Question in Zoom.'],
      question: ['text', 'The question asked.'],
      answer: ['text', 'The answer given.'],
      answered_at: ['timestamptz', 'When it was answered.'],
    },
    ...answers,
  },
  zoom_capture_audit: {
    meaning:
      'One row per account, stream and subject: what Zoom says exists against what was captured, of the best capture.',
    columns: {
      ...account,
      webinar_id: ['uuid', 'Webinar, where the subject belongs to one.'],
      instance_id: ['uuid', 'Instance, where the subject is one.'],
      subject: ['text', 'What was read: account, window:…, user:…, webinar:… or instance:….'],
      stream: ['text', 'Kind of data: participants, registrants, polls and so on.'],
      source_endpoint: ['text', 'Where the rows came from.'],
      expected: ['bigint', 'Rows Zoom says exist; null where it does not say.'],
      captured: ['bigint not null', 'Rows captured.'],
      status: ['text not null', 'complete, empty, partial, not_ready, denied, expired or failed.'],
      reason: ['text', 'Why it is not complete.'],
      captured_at: ['timestamptz', 'When the best capture ended.'],
    },
    key: ['account_id', 'stream', 'subject'],
    references: { webinar_id: 'zoom_webinars', instance_id: 'zoom_webinar_instances' },
    indexes: [['webinar_id'], ['instance_id'], ['status']],
  },
  zoom_capture_promises: {
    meaning:
      'One row per instance or webinar, stream, source and figure: what the source promised against what was captured. Rows are compared with rows and people with people.',
    columns: {
      ...account,
      ...webinar,
      instance_id: ['uuid', 'Instance, where the promise is about one.'],
      subject: ['text', 'What was promised about: webinar:… or instance:….'],
      stream: [
        'text',
        'Kind of data the promise came with: participants, instances, report_details and so on.',
      ],
      source_endpoint: ['text', 'Who promised: report, past_webinars, metrics, history_meetings and so on.'],
      figure: [
        'text',
        "Zoom's name of the figure: total_records of a listing, participants_count, unique_viewers, max_concurrent_views, total_users, registrants_count; approved_registrants against those who came and those absent.",
      ],
      measure: ['text not null', 'rows or people: the two are never compared with each other.'],
      promised: ['bigint', 'The figure as the source gave it; null where it gave none.'],
      captured: ['bigint', 'The figure of ours that counts the same; null where there is none.'],
      captured_from: ['text', 'Source the captured figure was counted from.'],
      verdict: [
        'text not null',
        'met, short (rows are missing), over (another source had more), differs (a figure about the whole is not ours) or unknown (nothing was promised, or Zoom does not say what it counts).',
      ],
      note: ['text', 'What is compared, and why it is not met.'],
    },
    key: ['account_id', 'subject', 'stream', 'source_endpoint', 'figure'],
    references: { webinar_id: 'zoom_webinars', instance_id: 'zoom_webinar_instances' },
    indexes: [['webinar_id'], ['instance_id'], ['verdict']],
  },
  rollcall_runs: {
    meaning: 'One row per run that published to this warehouse.',
    columns: {
      id: ['text', 'Run; sorts by time.'],
      kind: ['text not null', 'Command that ran, for example sync.'],
      account_id: ['text', 'Zoom account, where the run was about one.'],
      started_at: ['timestamptz not null', 'Start of the run.'],
      finished_at: ['timestamptz not null', 'When its publication was committed.'],
      status: ['text not null', 'complete, or incomplete where any capture is neither complete nor empty.'],
      instances: ['integer', 'Instances in the warehouse after the run.'],
      rows_captured: ['bigint', 'Participant rows captured, over all instances.'],
      participants: ['integer', 'Participants in the warehouse after the run.'],
      units_changed: ['integer not null', 'Units of publishing this run replaced; 0 where nothing was new.'],
      software_version: ['text not null', 'Version of rollcall.'],
    },
    key: ['id'],
    indexes: [['finished_at']],
  },
  rollcall_publication: {
    meaning: 'One row: the state of the data that was published last, from which the next load goes on.',
    columns: {
      lineage: ['text', 'Build of everything that the state goes back to.'],
      version: ['bigint not null', 'Number of the state within it.'],
    },
    key: ['lineage'],
  },
  rollcall_foreign_writes: {
    meaning:
      'One row per statement that wrote to a published table and was not of a load. The next load writes such a table anew.',
    columns: {
      id: ['bigint generated always as identity', 'Statement.'],
      table_name: ['text not null', 'Table it wrote to.'],
    },
    key: ['id'],
  },
  rollcall_units: {
    meaning:
      'One row per table and unit of publishing: what rollcall compares to find out which rows to replace.',
    columns: {
      table_name: ['text', 'Table the rows are in.'],
      unit: ['text', 'Rows that are replaced together: an instance, a webinar, or a bucket of persons.'],
      content_hash: ['text not null', 'Hash over all their columns.'],
      row_count: ['integer not null', 'Their number.'],
    },
    key: ['table_name', 'unit'],
  },
  rollcall_views: {
    meaning: 'One row per view that rollcall created, so that it is created anew when its text changes.',
    columns: {
      view_name: ['text', 'Name of the view.'],
      text_hash: ['text not null', 'SHA-256 of its text.'],
    },
    key: ['view_name'],
  },
  rollcall_readers: {
    meaning: 'One row per role that may read the warehouse, made by rollcall warehouse grant.',
    columns: {
      role_name: ['text', 'Name of the role.'],
      with_personal_data: ['boolean not null', 'Whether it also reads names, e-mails and what people typed.'],
      is_created: ['boolean not null', 'Whether rollcall made the role, and so drops it on revoke.'],
    },
    key: ['role_name'],
  },
}

/** Comments on the two tables the migrator keeps for itself. */
const migratorComments = [
  `comment on table rollcall_migrations is 'One row per migration applied to this schema.'`,
  `comment on column rollcall_migrations.name is 'Name of the migration.'`,
  `comment on column rollcall_migrations.timestamp is 'When it was applied, ISO 8601.'`,
  `comment on table rollcall_migration_lock is 'One row that migrations lock.'`,
  `comment on column rollcall_migration_lock.id is 'Always migration_lock.'`,
  `comment on column rollcall_migration_lock.is_locked is 'Not used with Postgres, which locks by itself.'`,
]

/**
 * Counting the rows of every table before each load would cost what the history costs. Instead, whoever writes leaves a
 * note, with the rights of the tables' owner; a load says who it is by a setting of its transaction.
 */
const noteForeignWrite = `create function rollcall_note_foreign_write() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $note$
  begin
    if current_setting('rollcall.is_loading', true) is distinct from 'yes' then
      execute format('insert into %I.rollcall_foreign_writes (table_name) values ($1)', tg_table_schema)
        using tg_table_name::text;
    end if;
    return null;
  end
  $note$`

const quote = (name: string): string => `"${name}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
const list = (names: string[]): string => names.map(quote).join(', ')

function* statements(): Generator<string> {
  for (const [name, table] of Object.entries(tables)) {
    const columns = Object.entries(table.columns).map(([column, [type]]) => `${quote(column)} ${type}`)
    const storage = table.fillfactor === undefined ? '' : ` with (fillfactor = ${table.fillfactor})`
    yield `create table ${quote(name)} (${[...columns, `primary key (${list(table.key)})`].join(', ')})${storage}`
    yield `comment on table ${quote(name)} is ${literal(table.meaning)}`
    for (const [column, [, meaning]] of Object.entries(table.columns)) {
      yield `comment on column ${quote(name)}.${quote(column)} is ${literal(meaning)}`
    }
    for (const [column, target] of Object.entries(table.references ?? {})) {
      // Deferred: a unit is replaced by deleting and inserting the same ids, while other rows point to them.
      yield `alter table ${quote(name)} add constraint ${quote(`${name}_${column}_fkey`)} foreign key (${quote(column)}) ` +
        `references ${quote(target)} (id) deferrable initially deferred`
    }
    for (const index of table.indexes ?? []) {
      yield `create index ${quote(`${name}_${index.join('_')}_idx`)} on ${quote(name)} (${list(index)})`
    }
  }
  yield* migratorComments
  yield noteForeignWrite
  for (const name of Object.keys(tables).filter((table) => table.startsWith('zoom_'))) {
    yield `create trigger rollcall_note_foreign_write after insert or update or delete or truncate on ${quote(name)} ` +
      'for each statement execute function rollcall_note_foreign_write()'
  }
}

/** The warehouse of the first version: the tables of the contract and what publishing keeps for itself. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements()) await sql.raw(statement).execute(db)
}
