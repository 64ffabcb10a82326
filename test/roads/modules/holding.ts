/**
 * An app that holds the bodies it was sent until it is told to let go of them.
 *
 * @module
 */
import { type App, service, text, verbs } from 'hagaki'
import { z } from 'zod'

/** Of each module that is loaded: threads have their own. */
let held = 0
let open: () => void = () => {}
const opened = new Promise<void>((resolve) => {
  open = resolve
})

async function hold(octets: number): Promise<string> {
  held++
  await opened
  return `${octets} of ${held}`
}

const app: App = async (_method, path, _headers, { input }) => {
  if (path === '/open') open()
  else if (path === '/hold') return text(await hold((await input.bytes()).length))
  else if (path === '/unread') return text(await hold(0))
  else if (path === '/held') return text(String(held))
  return text('open')
}

/** The same by names. */
export const holding = service({
  hold: verbs({}).acts(
    '/named',
    { accepts: z.object({ text: z.string() }), returns: z.string() },
    ({ text: said }) => hold(said.length),
  ),
  '/': app,
})

export default app
