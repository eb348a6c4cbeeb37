import type { Expectations } from '../expectation.ts'
import { accountExpectations } from './account.ts'
import { channelExpectations } from './channels.ts'
import { featureExpectations } from './features.ts'
import { fileExpectations } from './files.ts'
import { pluginExpectations } from './plugins.ts'
import { postExpectations } from './posts.ts'
import { sessionExpectations } from './sessions.ts'
import { systemExpectations } from './system.ts'
import { teamExpectations } from './teams.ts'
import { userExpectations } from './users.ts'

export { routeExpectations, type RouteExpectation } from './routes.ts'

/** Who gets through to each operation. */
export const operationExpectations: Expectations = {
  ...accountExpectations, ...channelExpectations, ...featureExpectations, ...fileExpectations, ...pluginExpectations, ...postExpectations, ...sessionExpectations, ...systemExpectations, ...teamExpectations, ...userExpectations,
}
