export * from './mattermost/index.ts'
