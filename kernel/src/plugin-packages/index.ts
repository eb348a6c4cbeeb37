export { openPackage, type OpenedPackage } from './open-package.ts'
export { createPluginPackages, type PluginPackages } from './plugin-packages.ts'
