/**
 * The readers: who is let in, who leaves, who is here.
 *
 * @module
 */
import { failure, raise, reply, resource, service, setting, verbs } from 'hagaki'
import { z } from 'zod'
import { cards } from './cards.ts'
import { Reader, reader, signedIn } from './reader.ts'

export const NotLetIn = failure('not_let_in', 'unauthenticated')

const { acts } = verbs({ cards: resource(cards) })
const { reads } = verbs({ who: signedIn })

const signIn = acts(
  '/sign-in',
  {
    accepts: z.object({ name: z.string().max(64), pin: z.string().max(64) }),
    returns: Reader,
    limit: '1kb',
    errors: [NotLetIn],
    summary: 'Signs you in: for the catalogue and the desk as well',
  },
  async ({ name, pin }, { cards }) => {
    if (!(await cards.fits(name, pin))) raise(NotLetIn())
    return reply({ name }, { set: [setting(reader, { name })] })
  },
)

const signOut = acts('/sign-out', { summary: 'Signs you out' }, () =>
  reply(undefined, { set: [setting(reader, null)] }),
)

const me = reads('/me', { returns: Reader, summary: 'Who you are' }, (_, { who }) => who)

export const readers = service({ signIn, signOut, me })
