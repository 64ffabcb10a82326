/**
 * The door: who joins, who is let in, who leaves.
 *
 * @module
 */
import { reply, service, setting, verbs } from 'hagaki'
import { PasswordsBusy } from 'hagaki/passwords'
import { Credentials, Joining, Member } from './member.ts'
import { MembersFull, members, NameTaken, NotLetIn } from './members.ts'
import { TooManyTries } from './tries.ts'
import { address, member, visit } from './visit.ts'

const { creates, acts } = verbs({ members, address })
const { reads } = verbs({ member })

const join = creates(
  '/members',
  {
    accepts: Joining,
    returns: Member,
    limit: '4kb',
    errors: [NameTaken, MembersFull, PasswordsBusy],
    summary: 'Makes you a member, and signs you in',
    description:
      'The session is a cookie that a browser keeps by itself. With curl: `-c jar` keeps it, `-b jar` sends it.',
  },
  async ({ name, password }, { members }) => letIn(await members.join(name, password)),
)

const signIn = acts(
  '/sign-in',
  {
    accepts: Credentials,
    returns: Member,
    limit: '4kb',
    errors: [NotLetIn, TooManyTries, PasswordsBusy],
    summary: 'Signs you in',
    description: 'After ten tries that failed one has to wait for a quarter of an hour.',
  },
  async ({ name, password }, { members, address }) => letIn(await members.find(name, password, address)),
)

const signOut = acts('/sign-out', { summary: 'Signs you out' }, () =>
  reply(undefined, { set: [setting(visit, null)] }),
)

const me = reads('/me', { returns: Member, summary: 'Who you are' }, (_, { member }) => member)

const letIn = (who: Member) => reply(who, { set: [setting(visit, who)] })

export const door = service({ join, signIn, signOut, me })
