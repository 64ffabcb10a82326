/**
 * Topics between a supervisor and its workers: each has a hub, and a lane to the other's. What one worker
 * publishes, the supervisor's hub passes on to the others; nothing is kept there.
 *
 * @module
 */
import type { Worker } from 'node:cluster'
import { consoleLog } from '../../call/log.ts'
import { processHub } from '../../topic/hub.ts'
import { Lane, MAX_LANE } from '../../topic/lane.ts'
import type { News, Order } from './message.ts'

/** In a worker: joins this process to its supervisor, before the app is loaded. */
export function joinSupervisor(): void {
  const hub = processHub()
  const lane = new Lane(
    (topic, item, sent) => {
      const news: News = { news: 'hear', topic, item }
      if (process.send === undefined || !process.connected) sent()
      else process.send(news, undefined, {}, sent)
    },
    MAX_LANE,
    () => consoleLog.warn({}, 'More is published than can be passed on: others miss items of topics'),
  )
  hub.link(lane)
  process.on('message', (order: Order) => {
    if (order.order === 'hear') hub.take(order.topic, order.item, lane)
  })
}

/** In the supervisor: joins a worker that is there, until it is gone. */
export function joinWorker(worker: Worker): void {
  const hub = processHub()
  const { process: child } = worker
  const lane = new Lane(
    (topic, item, sent) => {
      const order: Order = { order: 'hear', topic, item }
      if (worker.isConnected()) child.send(order, sent)
      else sent()
    },
    MAX_LANE,
    () => consoleLog.warn({ worker: child.pid }, 'A worker takes no items of topics: it misses some'),
  )
  const leave = hub.link(lane)
  child.once('disconnect', leave)
  child.once('exit', leave)
  child.on('message', (news: News) => {
    if (news.news === 'hear') hub.take(news.topic, news.item, lane)
  })
}
