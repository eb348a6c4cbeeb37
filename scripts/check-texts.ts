// node scripts/check-texts.ts: whether every text of the web app, the server and the plugins of the release is in locale files, in every language.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorTable } from '@rookery/sdk/protocol';
import { judgeLanguages, judgeNames, judgeScript, judgeStyles, judgeTemplate, judgeUse, type Texts } from './lint/texts.ts';

const root = path.resolve(import.meta.dirname, '..');
const web = path.join(root, 'web/src');

const filesBelow = (folder: string, ending: RegExp): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && ending.test(entry.name))
        .map((entry) => path.join(entry.parentPath, entry.name))
        .sort();

/** All texts of a file by their keys: the way through its objects, after what stands before it. */
const readFile = (file: string, before: string, texts: Map<string, string>): Map<string, string> => {
    const gather = (value: unknown, key: string): void => {
        if (typeof value === 'string') texts.set(key, value);
        else for (const [name, inner] of Object.entries(value as object)) gather(inner, key === '' ? name : `${key}.${name}`);
    };
    gather(JSON.parse(readFileSync(file, 'utf8')), before);
    return texts;
};

const sourcesBelow = (folder: string): { file: string; source: string }[] =>
    filesBelow(folder, /\.(vue|ts|css)$/).map((file) => ({ file: path.relative(root, file), source: readFileSync(file, 'utf8') }));

/** The web app has a folder for each language, and a file for each area. */
const checkWeb = (): string[] => {
    const readTexts = (language: string): Texts => {
        const texts = new Map<string, string>();
        for (const file of filesBelow(path.join(web, 'locales', language), /\.json$/)) readFile(file, path.basename(file, '.json'), texts);
        return texts;
    };
    const languages = readdirSync(path.join(web, 'locales'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const english = readTexts('en');
    const sources = sourcesBelow(web);
    return [
        ...sources.flatMap(({ file, source }) => file.endsWith('.vue') ? judgeTemplate(file, source) : []),
        ...sources.flatMap(({ file, source }) => file.endsWith('.css') ? [] : judgeScript(file, source)),
        ...sources.flatMap(({ file, source }) => judgeStyles(file, source)),
        ...judgeUse(english, sources),
        ...languages.filter((language) => language !== 'en').flatMap((language) => judgeLanguages(english, language, readTexts(language))),
    ];
};

const languagesIn = (folder: string): string[] => filesBelow(folder, /\.json$/).map((file) => path.basename(file, '.json')).filter((language) => language !== 'en');

/** Texts of the server; the English sentences of errors are in their table. */
const checkServer = (): string[] => {
    const folder = path.join(root, 'kernel/src/languages/locales');
    const own = readFile(path.join(folder, 'en.json'), '', new Map());
    const english = new Map([...own, ...Object.entries(errorTable).map(([code, { sentence }]) => [`errors.${code}`, sentence] as const)]);
    return [
        ...judgeNames(own, sourcesBelow(path.join(root, 'kernel/src'))),
        ...languagesIn(folder).flatMap((language) => judgeLanguages(english, language, readFile(path.join(folder, `${language}.json`), '', new Map()), 'kernel/src/languages/locales')),
    ];
};

/** Texts of the plugins of the release; what their manifests say is English already. */
const checkPlugin = (plugin: string): string[] => {
    const folder = path.join(root, 'plugins', plugin, 'i18n');
    const own = readFile(path.join(folder, 'en.json'), '', new Map());
    const { name, description, capabilities } = JSON.parse(readFileSync(path.join(root, 'plugins', plugin, 'plugin.json'), 'utf8')) as { name: string; description: string; capabilities: Record<string, { reason: string }> };
    const english = new Map([
        ...own, ['plugin.name', name] as const, ['plugin.description', description] as const,
        ...Object.entries(capabilities).map(([capability, { reason }]) => [`plugin.capabilities.${capability}.reason`, reason] as const),
    ]);
    const spoken = new Map([...own].filter(([key]) => !key.startsWith('plugin.')));
    return [
        ...judgeUse(spoken, sourcesBelow(path.join(root, 'plugins', plugin, 'src')), `plugins/${plugin}/i18n`),
        ...languagesIn(folder).flatMap((language) => judgeLanguages(english, language, readFile(path.join(folder, `${language}.json`), '', new Map()), `plugins/${plugin}/i18n`)),
    ];
};

export const checkTexts = (): string[] => [
    ...checkWeb(), ...checkServer(),
    ...readdirSync(path.join(root, 'plugins')).filter((plugin) => existsSync(path.join(root, 'plugins', plugin, 'i18n'))).flatMap(checkPlugin),
];

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
    const complaints = checkTexts();
    for (const complaint of complaints) console.log(complaint);
    if (complaints.length > 0) process.exitCode = 1;
}
