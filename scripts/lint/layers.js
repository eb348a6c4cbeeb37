// Who may import whom (docs: architecture, layout). Pure: works on paths relative to the repository root.
import path from 'node:path';

/** Packages of this repository by the folder they live in. */
const packageFolders = { '@rookery/sdk': 'sdk', '@rookery/kernel': 'kernel', '@rookery/compat': 'compat', '@rookery/web': 'web' };

/** Which packages of this repository the code of a top folder may import; a folder that is not named here may import all. */
const allowed = {
    sdk: [],
    kernel: ['@rookery/sdk'],
    compat: ['@rookery/sdk', '@rookery/kernel'],
    plugins: ['@rookery/sdk'],
    web: ['@rookery/sdk'],
    'push-proxy': ['@rookery/sdk'],
};

/** These parts of the sdk load a kernel on purpose: they start one for tests and for developers. */
const kernelLoaders = ['sdk/src/testing', 'sdk/src/cli'];

/** Which parts of web/src the code of a part may import besides its own. */
const webParts = {
    app: ['data', 'locales', 'slots', 'ui', 'views'],
    views: ['data', 'locales', 'slots', 'ui'],
    slots: ['data', 'locales', 'ui'],
    data: [],
    locales: [],
    ui: [],
    worker: [],
};

/** Of the sdk, a page sees what speaks to a server and nothing that builds or runs plugins. */
const webSeesOfSdk = ['protocol', 'client', 'web'];

const webPart = (file) => /^web\/src\/([^/]+)\//.exec(file)?.[1];

const isWithin = (file, folder) => file === folder || file.startsWith(`${folder}/`);

export const isTest = (file) => /(^|\/)test\//.test(file) || /\.(test|test-d)\.[cm]?[jt]s$/.test(file);

/** The part of kernel/src that a file belongs to: a folder, or the file itself when it lies in kernel/src directly. */
export const kernelPart = (file) => /^kernel\/src\/([^/]+)/.exec(file)?.[1];

/** Where an import leads: {package, subpath} for a package by name, {file} for a relative one. */
export const resolveImport = (from, specifier) => {
    if (specifier.startsWith('.')) return { file: path.posix.join(path.posix.dirname(from), specifier) };
    if (specifier.startsWith('/')) return { file: specifier };
    const [scope, name, ...rest] = specifier.split('/');
    return scope.startsWith('@')
        ? { package: `${scope}/${name}`, subpath: rest.join('/') }
        : { package: scope, subpath: [name, ...rest].filter((part) => part !== undefined).join('/') };
};

const judgePackage = (from, target) => {
    const folder = packageFolders[target.package];
    if (folder === undefined) {
        return target.package.startsWith('@rookery/') ? `there is no package ${target.package}` : undefined;
    }
    const [top] = from.split('/');
    if (isWithin(from, 'kernel/src/plugin-host')) {
        return target.package === '@rookery/sdk' && target.subpath === 'protocol'
            ? undefined
            : 'plugin-host imports @rookery/sdk/protocol and nothing else of this repository';
    }
    if (folder === top) return undefined;
    if (isWithin(from, 'web/src') && target.package === '@rookery/sdk' && !webSeesOfSdk.includes(target.subpath)) {
        return `web/src imports of @rookery/sdk only ${webSeesOfSdk.join(', ')}`;
    }
    if (target.package === '@rookery/kernel' && kernelLoaders.some((loader) => isWithin(from, loader))) return undefined;
    const permitted = allowed[top];
    if (permitted !== undefined && !permitted.includes(target.package)) return `${top} must not import ${target.package}`;
    if (top === 'compat' && target.package === '@rookery/kernel' && target.subpath !== '') {
        return 'compat sees the public index of @rookery/kernel only';
    }
    return undefined;
};

const judgeFile = (from, file) => {
    if (isWithin(file, 'node_modules') || file.includes('/node_modules/')) return 'import packages by their name';
    if (isTest(file)) return 'only tests import tests';

    const [top] = from.split('/');
    const inFolder = from.includes('/');
    if (inFolder && !isWithin(file, top)) {
        return file.startsWith('..') || file.startsWith('/')
            ? 'this path leaves the repository'
            : `a relative path must not leave ${top}: import the package by its name`;
    }
    if (top === 'plugins' && file.split('/')[1] !== from.split('/')[1]) return 'plugins do not import each other';

    const webFrom = webPart(from);
    const webTo = webPart(file);
    if (webFrom !== undefined && webTo !== undefined && webFrom !== webTo) {
        if (webParts[webFrom] === undefined) return `web/src has no part ${webFrom}: name it in scripts/lint/layers.js`;
        if (!webParts[webFrom].includes(webTo)) return `${webFrom} of the web app must not import ${webTo}`;
        if (['data', 'locales', 'ui'].includes(webTo) && !/^web\/src\/(data|locales|ui)\/((admin\/)?index\.ts|styles\/.+)$/.test(file)) {
            return `enter web/src/${webTo} by its index.ts`;
        }
    }

    const part = kernelPart(from);
    const targetPart = kernelPart(file);
    if (part === undefined || targetPart === undefined || part === targetPart) return undefined;
    if (part === 'plugin-host') return 'plugin-host imports @rookery/sdk/protocol and nothing else of this repository';
    const isDoor = file === `kernel/src/${targetPart}/index.ts`;
    const isLoneFile = file === `kernel/src/${targetPart}` && /\.[cm]?[jt]s$/.test(file);
    if (!isDoor && !isLoneFile) return `enter kernel/src/${targetPart} by its index.ts`;
    return undefined;
};

/**
 * @param {string} from importing file, relative to the repository root, with slashes
 * @param {string} specifier as written in the import
 * @returns {string | undefined} what is wrong, as a sentence
 */
export const judgeImport = (from, specifier) => {
    // Tests may look anywhere: they prove what is inside.
    if (isTest(from) || specifier.startsWith('node:')) return undefined;
    const target = resolveImport(from, specifier);
    return target.file === undefined ? judgePackage(from, target) : judgeFile(from, target.file);
};
