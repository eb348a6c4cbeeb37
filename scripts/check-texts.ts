// node scripts/check-texts.ts: whether every text of the web app is in its locale files, in every language.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { judgeLanguages, judgeTemplate, judgeUse, type Texts } from './lint/texts.ts';

const root = path.resolve(import.meta.dirname, '../web/src');
const locales = path.join(root, 'locales');

const filesBelow = (folder: string, ending: RegExp): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && ending.test(entry.name))
        .map((entry) => path.join(entry.parentPath, entry.name))
        .sort();

/** All texts of a language by their keys: the file's name, then the way through its objects. */
const readTexts = (language: string): Texts => {
    const texts = new Map<string, string>();
    const gather = (value: unknown, key: string): void => {
        if (typeof value === 'string') texts.set(key, value);
        else for (const [name, inner] of Object.entries(value as object)) gather(inner, `${key}.${name}`);
    };
    for (const file of filesBelow(path.join(locales, language), /\.json$/)) {
        gather(JSON.parse(readFileSync(file, 'utf8')), path.basename(file, '.json'));
    }
    return texts;
};

export const checkTexts = async (): Promise<string[]> => {
    const languages = readdirSync(locales, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const english = readTexts('en');
    const sources = filesBelow(root, /\.(vue|ts)$/).map((file) => ({ file: path.relative(root, file), source: readFileSync(file, 'utf8') }));
    const templates = await Promise.all(sources.filter(({ file }) => file.endsWith('.vue')).map(({ file, source }) => judgeTemplate(file, source)));
    return [
        ...templates.flat(),
        ...judgeUse(english, sources),
        ...languages.filter((language) => language !== 'en').flatMap((language) => judgeLanguages(english, language, readTexts(language))),
    ];
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
    const complaints = await checkTexts();
    for (const complaint of complaints) console.log(complaint);
    if (complaints.length > 0) process.exitCode = 1;
}
