export { createAskIntegration, type AskIntegration } from './ask-integration.ts'
export { createDialogs } from './dialogs.ts'
export { createPostActions } from './post-actions.ts'
export { createTriggers, type Triggers } from './triggers.ts'
