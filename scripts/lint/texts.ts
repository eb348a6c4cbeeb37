// What is wrong with the texts of the web app. Pure: works on sources and on texts by their keys.
import { parse as parseMessage, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { babelParse, parse as parseComponent } from '@vue/compiler-sfc';

export type Texts = ReadonlyMap<string, string>;

/** Attributes that people read or hear. */
const spoken = new Set(['alt', 'aria-description', 'aria-label', 'aria-placeholder', 'aria-roledescription', 'detail', 'hint', 'label', 'placeholder', 'problem', 'text', 'title']);

/** How much of a language may say the same as English: names, and words that both have. */
const maximumEqualShare = 0.03;

const hasWords = (text: string): boolean => /\p{L}{2}/u.test(text);
const isSentence = (text: string): boolean => /\p{L}{2,} \p{L}{2,}/u.test(text.replace(/\$\{[^}]*\}/g, ''));
/** As it stands on a button; names of the code begin with a small letter. */
const isWord = (text: string): boolean => /^\p{Lu}\p{Ll}+[.!?…]?$/u.test(text);

interface TemplateNode {
    readonly type: number;
    readonly content?: unknown;
    readonly loc: { readonly start: { readonly line: number } };
    readonly props?: readonly { readonly type: number; readonly name: string; readonly value?: { readonly content: string }; readonly arg?: { readonly content?: unknown }; readonly exp?: unknown }[];
    readonly children?: readonly TemplateNode[];
    readonly branches?: readonly TemplateNode[];
}

/** Text that stands in a template itself. */
export const judgeTemplate = (file: string, source: string): string[] => {
    const complaints: string[] = [];
    const complainOfWords = (expression: unknown, { loc }: TemplateNode): void => {
        const { content } = Object(expression) as { content?: unknown };
        for (const [literal] of typeof content === 'string' ? content.matchAll(/'[^']*'|"[^"]*"|`[^`]*`/g) : []) {
            if (isSentence(literal.slice(1, -1)) || isWord(literal.slice(1, -1))) complaints.push(`${file}:${loc.start.line}: ${literal} is text outside the locale files`);
        }
    };
    const look = (node: TemplateNode): void => {
        // 2: text between elements; 6: an attribute that is no expression.
        if (node.type === 2 && typeof node.content === 'string' && hasWords(node.content)) {
            complaints.push(`${file}:${node.loc.start.line}: "${node.content.trim()}" is text outside the locale files`);
        }
        // 5: an expression between elements; 7: an attribute that is one.
        if (node.type === 5) complainOfWords(node.content, node);
        for (const prop of node.props ?? []) {
            if (prop.type === 7 && spoken.has(String(prop.arg?.content))) complainOfWords(prop.exp, node);
            if (prop.type === 6 && spoken.has(prop.name) && hasWords(prop.value?.content ?? '')) {
                complaints.push(`${file}:${node.loc.start.line}: ${prop.name}="${prop.value?.content}" is text outside the locale files`);
            }
        }
        for (const child of [...(node.children ?? []), ...(node.branches ?? [])]) if (typeof child === 'object') look(child);
    };
    const { descriptor } = parseComponent(source, { filename: file, sourceMap: false });
    if (descriptor.template?.ast) look(descriptor.template.ast as unknown as TemplateNode);
    return complaints;
};

interface ScriptNode {
    readonly type: string;
    readonly value?: unknown;
    readonly loc?: { readonly start: { readonly line: number } };
    readonly callee?: { readonly name?: string; readonly object?: { readonly name?: string } };
    readonly quasis?: readonly { readonly value: { readonly cooked?: string } }[];
    readonly properties?: readonly { readonly key?: { readonly name?: string } }[];
}

/** What developers read: errors that nobody shows, refusals that have a code, and the console. */
const isForDevelopers = ({ type, callee, properties }: ScriptNode): boolean =>
    (type === 'NewExpression' && /Error$/.test(callee?.name ?? ''))
    || (type === 'CallExpression' && callee?.object?.name === 'console')
    || (type === 'ObjectExpression' && properties?.some(({ key }) => key?.name === 'code') === true);

/** Sentences that stand in a script: they begin as sentences do, unlike names of classes and selectors. */
export const judgeScript = (file: string, source: string): string[] => {
    const complaints: string[] = [];
    const look = (value: unknown): void => {
        if (Array.isArray(value)) return value.forEach(look);
        if (typeof value !== 'object' || value === null || !('type' in value)) return;
        const node = value as ScriptNode;
        if (isForDevelopers(node)) return;
        const text = node.type === 'StringLiteral' ? node.value : node.type === 'TemplateLiteral' ? node.quasis?.map((part) => part.value.cooked ?? '').join('') : undefined;
        if (typeof text === 'string' && /^\s*\p{Lu}\p{Ll}/u.test(text) && isSentence(text)) complaints.push(`${file}:${node.loc?.start.line}: "${text.trim()}" is text outside the locale files`);
        for (const [name, child] of Object.entries(value)) if (name !== 'loc') look(child);
    };
    const { descriptor } = file.endsWith('.vue') ? parseComponent(source, { filename: file, sourceMap: false }) : { descriptor: undefined };
    const script = descriptor ? [descriptor.script, descriptor.scriptSetup].map((block) => block?.content ?? '').join('\n') : source;
    look(babelParse(script, { sourceType: 'module', plugins: ['typescript'] }).program);
    return complaints;
};

const physical = /(?:^|[;{\s])((?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)[\w-]*|border-(?:top|bottom)-(?:left|right)-radius|left|right|float|(?:text-align|justify-(?:content|self|items))\s*:\s*(?:left|right))\s*[:;}]/;

/** Styles that name a side of the screen: they are wrong where text runs from right to left. */
export const judgeStyles = (file: string, source: string): string[] => {
    const styles = file.endsWith('.css') ? source : [...source.matchAll(/<style[^>]*>([^]*?)<\/style>/g)].map(([, style]) => style).join('\n');
    return styles.replace(/\/\*[^]*?\*\//g, '').split('\n').flatMap((line) => {
        const [, found] = physical.exec(line) ?? [];
        return found ? [`${file}: "${found}" names a side of the screen: begin and end of a line are inline-start and inline-end`] : [];
    });
};

const areaKey = /['"`]([a-z][a-zA-Z]*(?:\.[a-zA-Z_][\w]*)+)['"`]/g;
const openKey = /`([a-z][a-zA-Z]*(?:\.[a-zA-Z_]\w*)*\.)\$\{/g;
/** The first that stands in the brackets, with brackets of its own: one of two keys may be asked for. */
const called = /\bte?\(((?:[^(),]|\([^()]*\))*)[,)]/g;
const calledKey = /(?:^\s*|[?:]\s*)['"]([a-z]\w*(?:\.\w+)+)['"]/g;

interface Source { readonly file: string; readonly source: string }

/**
 * Keys that are asked for and not there, and those that nobody asks for. A key is used where it stands in quotes, or
 * where a template string begins with the way to it: `errors.${code}`.
 */
export const judgeUse = (english: Texts, sources: readonly Source[], folder = 'locales'): string[] => {
    const named = new Set<string>();
    const beginnings = new Set<string>();
    const complaints: string[] = [];
    for (const { file, source } of sources) {
        for (const [, key] of source.matchAll(areaKey)) named.add(key as string);
        for (const [, beginning] of source.matchAll(openKey)) beginnings.add(beginning as string);
        for (const [, words] of source.matchAll(called)) for (const [, key] of (words as string).matchAll(calledKey)) {
            if (!english.has(key as string)) complaints.push(`${file}: the text ${key} is in no locale file`);
        }
    }
    for (const key of english.keys()) {
        if (!named.has(key) && ![...beginnings].some((beginning) => key.startsWith(beginning))) complaints.push(`${folder}/en: nobody asks for ${key}`);
    }
    return complaints;
};

/** The server names a text by its last word, or by the whole key; the compiler sees to it that there is one. */
export const judgeNames = (english: Texts, sources: readonly Source[]): string[] => {
    const named = new Set(sources.flatMap(({ source }) => [...source.matchAll(/'([a-zA-Z.]+)'/g)].map(([, name]) => name)));
    return [...english.keys()].filter((key) => !named.has(key) && !named.has(key.slice(key.indexOf('.') + 1))).map((key) => `kernel/src/languages/locales/en: nobody asks for ${key}`);
};

interface Reading {
    /** Names that the message wants filled in. */
    readonly names: Set<string>;
    /** What it says itself, without what is filled in. */
    words: string;
    /** The cases of each of its plurals. */
    readonly plurals: string[][];
}

const gather = (elements: readonly MessageFormatElement[], reading: Reading): Reading => {
    for (const element of elements) {
        if (element.type === TYPE.literal) reading.words += element.value;
        else if (element.type !== TYPE.pound && element.type !== TYPE.tag) reading.names.add(element.value);
        if (element.type === TYPE.plural) reading.plurals.push(Object.keys(element.options).filter((name) => !name.startsWith('=')));
        if (element.type === TYPE.plural || element.type === TYPE.select) for (const { value } of Object.values(element.options)) gather(value, reading);
    }
    return reading;
};

const read = (text: string): Reading | { problem: string } => {
    try {
        return gather(parseMessage(text, { ignoreTag: true }), { names: new Set(), words: '', plurals: [] });
    } catch (error) {
        return { problem: error instanceof Error ? error.message : String(error) };
    }
};

const list = (names: Iterable<string>): string => [...names].sort().join(', ');

/** A language against English: the same keys, the same names in them, every plural that it has, and words of its own. */
export const judgeLanguages = (english: Texts, language: string, texts: Texts, folder = 'locales'): string[] => {
    const complaints: string[] = [];
    const wantedCases = list(new Intl.PluralRules(language).resolvedOptions().pluralCategories);
    let equal = 0;
    for (const [key, text] of english) {
        const own = texts.get(key);
        const [wanted, found] = [read(text), own === undefined ? undefined : read(own)];
        if ('problem' in wanted) complaints.push(`${folder}/en: ${key} is no message: ${wanted.problem}`);
        else if (found === undefined) complaints.push(`${folder}/${language}: ${key} is missing`);
        else if ('problem' in found) complaints.push(`${folder}/${language}: ${key} is no message: ${found.problem}`);
        else {
            if (list(found.names) !== list(wanted.names)) complaints.push(`${folder}/${language}: ${key} has {${list(found.names)}} where English has {${list(wanted.names)}}`);
            for (const cases of found.plurals) if (list(cases) !== wantedCases) complaints.push(`${folder}/${language}: ${key} has plurals for ${list(cases)}, and the language has ${wantedCases}`);
            if (own === text && hasWords(wanted.words)) equal += 1;
        }
    }
    for (const key of texts.keys()) if (!english.has(key)) complaints.push(`${folder}/${language}: ${key} is not in English`);
    if (equal > english.size * maximumEqualShare) complaints.push(`${folder}/${language}: ${equal} of ${english.size} texts say the same as English`);
    return complaints;
};
