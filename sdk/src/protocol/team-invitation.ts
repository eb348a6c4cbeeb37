import { Type, type Static } from 'typebox'
import { defineOperation } from './operation.ts'
import { Done, Fields, Id, Text } from './schema.ts'
import { Invitation } from './team.ts'
import { TeamMember } from './team-member.ts'

const Token = Text(64, { minLength: 1 })

/** What became of one of several invitations. */
export const InvitationAnswer = Fields({ email: Type.String(), error: Type.Union([Fields({ code: Type.String(), message: Type.String() }), Type.Null()]) })
export type InvitationAnswer = Static<typeof InvitationAnswer>

export const teamInvitationsSend = defineOperation({
  name: 'teamInvitations.send', summary: 'Mails invitations to a team: /signup_user_complete?t=… Each works once, for two days. What is wrong with single addresses is told of each; with allOrNone nothing is sent then.', capability: 'members:write',
  input: Fields({
    teamId: Id, emails: Type.Array(Text(128), { minItems: 1, maxItems: 100 }), allOrNone: Type.Optional(Type.Boolean()),
    /** Whoever joins by it is a member of these, too. To which the inviter may not add people, then or when it is used, are left out. */
    channelIds: Type.Optional(Type.Array(Id, { maxItems: 50 })),
    /** What the inviter says in the mail. */
    message: Type.Optional(Text(4000)),
  }),
  output: Type.Array(InvitationAnswer),
  errors: ['team_not_found', 'mail_off', 'mailed_invitations_off', 'email_invalid', 'email_domain_refused', 'team_refuses_domain', 'too_many_mails'],
})

export const teamInvitationsGet = defineOperation({
  name: 'teamInvitations.get', summary: 'Reads what a mailed invitation says of its team, and to which address it went.', session: 'optional',
  input: Fields({ token: Token }), output: Fields({ ...Invitation.properties, email: Type.String() }), errors: ['invitation_invalid', 'too_many_attempts'],
})

export const teamInvitationsAccept = defineOperation({
  name: 'teamInvitations.accept', summary: 'Joins the team of a mailed invitation. Whoever has no account signs up with it (users.create).', enters: ['teamMembers.add', 'channelMembers.add'],
  input: Fields({ token: Token }), output: TeamMember, errors: ['invitation_invalid', 'invitation_refuses_guests', 'team_refuses_domain', 'team_full', 'too_many_attempts'],
})

export const teamInvitationsRevokeAll = defineOperation({
  name: 'teamInvitations.revokeAll', summary: 'Makes all mailed invitations void.', input: Fields({}), output: Done,
})
