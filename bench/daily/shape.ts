/** What the made-up account is like. Its instance i is of webinar i modulo their number; of its people many come again. */
export interface Shape {
  account: string
  webinars: number
  people: number
  /** The day the first instances ran. */
  firstDate: string
  instancesOfDay: number
  rowsOfInstance: number
}

/** Users of the account; each hosts webinars. */
export const hosts = 20

/** SQL of what there is to say about instance `i`, a column. */
export function instanceSql(shape: Shape, i: string) {
  const day = `to_days((${i} // ${shape.instancesOfDay})::int)`
  const start = `(timestamptz '${shape.firstDate} 10:00:00+00' + ${day} + to_minutes((${i} % 600)::int))`
  return {
    ...webinarSql(`(${i} % ${shape.webinars})`),
    uuid: `'uuid-' || ${i} || '=='`,
    start,
    end: `(${start} + to_minutes(90))`,
  }
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
