import type { ExtractEvent } from '../../extract/extract.ts'
import { describeFaults } from '../../extract/raw/inspect.ts'
import type { Log } from './log.ts'

/** Writes down what an extract tells: every capture and every wait, and pages where the log is verbose. */
export function logExtract(log: Log): (event: ExtractEvent) => void {
  return (event) => {
    switch (event.type) {
      case 'run':
        log.bind({ run_id: event.run.run_id })
        log.info('run', { is_resumed: event.isResumed })
        break
      case 'discovered':
        log.info('discovered', {
          known_instances: event.plan.knownInstances,
          settled_instances: event.plan.settledInstances,
          planned_instances: event.plan.instances.length,
          planned_webinars: event.plan.webinars.length,
          routes: event.routes.map(({ stream, source, outcomes }) => ({
            stream,
            source,
            statuses: outcomes.map((outcome) => outcome.verdict.status),
          })),
        })
        break
      case 'capture':
        log.info('capture', {
          stream: event.stream,
          subject: event.subject.key,
          source: event.source,
          status: event.verdict.status,
          reason: event.verdict.reason,
        })
        break
      case 'wait':
        log.info('wait', { reason: event.reason, until: new Date(event.untilMs).toISOString() })
        break
      case 'set_aside':
        log.warn('set_aside', { fault: describeFaults([event.fault]) })
        break
      case 'instance':
        log.debug('instance', { done: event.done, total: event.total })
        break
      case 'page':
        log.debug('page', { stream: event.stream, subject: event.subject.key, rows: event.rows })
        break
    }
  }
}
