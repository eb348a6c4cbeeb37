export { accountKinds, peoplePerPage, useAdminPeople, type AccountKind } from './people.ts'
export { placesPerPage, useAdminPlaces } from './places.ts'
export { useAdminPlugins, type PackageLeave, type PluginFigures, type PluginView } from './plugins.ts'
export { maximumSamples, useAdminServer, type Counts, type HealthSample } from './server.ts'
