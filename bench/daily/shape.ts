/**
 * What the made-up account is like. So many instances run each day, each of a webinar of its own, the same on ten days in
 * a row; then come others. Of its people many come again.
 */
export interface Shape {
  account: string
  people: number
  /** The day the first instances ran. */
  firstDate: string
  instancesOfDay: number
  rowsOfInstance: number
  /** Days that the first webinars had before the first day, so that the last ones are as old on any history. */
  daysBefore: number
}

/** Days on which a webinar runs. */
const daysOfWebinar = 10
/** The webinars of the last day of a history have run so often. */
const runsOfLast = 8

/** Of a history of so many days. */
export const daysBefore = (days: number): number =>
  (runsOfLast - (days % daysOfWebinar) + daysOfWebinar) % daysOfWebinar

/** Users of the account; each hosts webinars. */
export const hosts = 20

/** SQL of what there is to say about instance `i`, a column. */
export function instanceSql(shape: Shape, i: string) {
  const day = `to_days((${i} // ${shape.instancesOfDay})::int)`
  const start = `(timestamptz '${shape.firstDate} 10:00:00+00' + ${day} + to_minutes((${i} % 600)::int))`
  return {
    ...webinarSql(webinarOf(shape, i)),
    uuid: `'uuid-' || ${i} || '=='`,
    start,
    end: `(${start} + to_minutes(90))`,
  }
}

/** SQL of the number of the webinar of instance `i`. */
export function webinarOf({ instancesOfDay, daysBefore }: Shape, i: string): string {
  const day = `(${i} // ${instancesOfDay} + ${daysBefore})`
  return `(${day} // ${daysOfWebinar} * ${instancesOfDay} + ${i} % ${instancesOfDay})`
}

/** SQL of a list of the instances of webinar `w`, of those before `to`. */
export function instancesOf({ instancesOfDay, daysBefore }: Shape, w: string, to: number): string {
  const first = `(${w} // ${instancesOfDay} * ${daysOfWebinar} - ${daysBefore})`
  return `[day * ${instancesOfDay} + ${w} % ${instancesOfDay}
    for day in range(greatest(0, ${first}), ${first} + ${daysOfWebinar})
    if day * ${instancesOfDay} + ${w} % ${instancesOfDay} < ${to}]`
}

/** SQL of what there is to say about the webinar number `w`, a column. */
export function webinarSql(w: string) {
  return {
    webinar: `(91000000000 + ${w})`,
    topic: `'Webinar ' || ${w}`,
    hostId: `'host-' || ${w} % ${hosts}`,
    hostEmail: `'host' || ${w} % ${hosts} || '@example.com'`,
  }
}

/** SQL of a time as Zoom writes it. */
export function zoomTime(time: string): string {
  return `strftime(${time}, '%Y-%m-%dT%H:%M:%SZ')`
}
