export type { Letter } from './letter.ts'
export { createMails, type MailKind, type Mails } from './mails.ts'
export { createSmtp } from './smtp.ts'
