/** The action, with Moleculer's own validator. `moleculer.mjs NODES`, as JSON */
import { brokerOf } from '../brokers.mjs'
import { add } from '../calls.mjs'
import { ready } from '../ready.mjs'

const broker = brokerOf('worker', JSON.parse(process.argv[2]))
broker.createService({
  name: 'notes',
  actions: {
    add: {
      params: {
        text: { type: 'string', min: 1, max: 1_000 },
        to: { type: 'array', items: 'string' },
        stars: 'number',
      },
      handler: ({ params }) => add(params),
    },
  },
})
await broker.start()
ready(null)
