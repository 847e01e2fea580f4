/** Reads the tables of Zotero's database, of version 5 and later. No more than some hundred items are in memory. */
import { z } from 'zod';
import type { Columns, ReadOnlyDatabase } from '../../../runtime/read-only-database.ts';
import { isZoteroPart, type ZoteroCreator, type ZoteroItem } from './zotero-item.ts';

/** An item as the database has it, in the order in which items were added. */
export type StoredItem =
  | { readonly item: ZoteroItem; readonly isDeleted: boolean }
  /** A damaged part. */
  | { readonly damage: string };

/** Number of items that are read at once. */
const CHUNK_SIZE = 200;

/** The longest value that is read, in characters: abstracts and the field `extra` are the longest. */
const MAX_VALUE_LENGTH = 200_000;

/** Tables without which no item can be read. */
const NEEDED_TABLES = ['items', 'itemTypes', 'fields', 'itemData', 'itemDataValues', 'creators', 'itemCreators'];

const id = z.number();
const text = z.string();
const ITEM_ROW = z.tuple([id, id, text.nullable(), text, id.nullable()]);
type ItemRow = z.infer<typeof ITEM_ROW>;

/** The tables of a library, and what is small enough to be read at once. */
export class ZoteroTables {
  readonly #database: ReadOnlyDatabase;
  readonly #tables: ReadonlySet<string>;
  readonly #itemTypes: ReadonlyMap<number, string>;
  readonly #fieldNames: ReadonlyMap<number, string>;
  /** Names of collections that are not in the trash, with those around them. */
  readonly #collections: ReadonlyMap<number, string>;
  /** Names of groups by the number of their library. */
  readonly #groups: ReadonlyMap<number, string>;
  /** Libraries of the feeds that the user follows: what they announce is in no library. */
  readonly #feeds: ReadonlySet<number>;

  /** @throws Error with the message of SQLite, if the database is damaged */
  constructor(database: ReadOnlyDatabase) {
    this.#database = database;
    const names = database.rows({ name: 'text' }, "FROM sqlite_master WHERE type = 'table'");
    this.#tables = new Set(parsed(z.tuple([text]), names).map(([name]) => name));
    if (this.whyUnreadable() !== undefined) {
      this.#itemTypes = this.#fieldNames = this.#collections = this.#groups = new Map();
      this.#feeds = new Set();
      return;
    }
    // Types and fields that a plug-in or a later version added are in the combined tables only.
    const type = this.#tables.has('itemTypesCombined') ? 'itemTypesCombined' : 'itemTypes';
    const field = this.#tables.has('fieldsCombined') ? 'fieldsCombined' : 'fields';
    this.#itemTypes = this.#names('itemTypeID', 'typeName', type);
    this.#fieldNames = this.#names('fieldID', 'fieldName', field);
    this.#collections = this.#readCollections();
    this.#groups = this.#names('libraryID', 'name', 'groups');
    this.#feeds = this.#idsIn('libraryID', 'libraries', "WHERE type = 'feed'");
  }

  /** Why no item can be read; undefined if items can be. */
  whyUnreadable(): string | undefined {
    if (this.#tables.has('creatorData')) return 'a library of Zotero 4 or older; open it once in a newer Zotero';
    const missing = NEEDED_TABLES.filter((name) => !this.#tables.has(name));
    if (missing.length === 0) return undefined;
    return `an SQLite database, but no library of Zotero (without the table ${missing[0]}); expected zotero.sqlite`;
  }

  /** The items that are papers or might be: no attachments, notes and annotations, and nothing of feeds. */
  *items(): Generator<StoredItem> {
    let last = Number.MIN_SAFE_INTEGER;
    for (;;) {
      let rows: unknown[];
      try {
        rows = this.#database.rows(
          { itemID: 'integer', itemTypeID: 'integer', dateAdded: 'text', key: 'text', libraryID: 'integer' },
          `FROM items WHERE itemID > ? ORDER BY itemID LIMIT ${CHUNK_SIZE}`,
          [last],
        );
      } catch (error) {
        yield { damage: messageOf(error) };
        return;
      }
      // In a damaged file, the order may be another one, and would never end.
      const items = parsed(ITEM_ROW, rows).filter(([itemId]) => itemId > last);
      for (let i = items.length; i < rows.length; i++) yield { damage: 'an item without number, type or key' };
      if (items.length === 0) return;
      const papers = items.filter(
        ([, type, , , library]) => !isZoteroPart(this.#itemTypes.get(type) ?? '') && !this.#feeds.has(library ?? -1),
      );
      yield* this.#withDetails(papers);
      last = Math.max(...items.map(([itemId]) => itemId));
    }
  }

  /** Reads the details of items at once; where that fails, one by one, so that damage takes the items that have it. */
  *#withDetails(rows: readonly ItemRow[]): Generator<StoredItem> {
    if (rows.length === 0) return;
    try {
      yield* this.#complete(rows);
    } catch (error) {
      if (rows.length === 1) yield { damage: messageOf(error) };
      else for (const row of rows) yield* this.#withDetails([row]);
    }
  }

  #complete(rows: readonly ItemRow[]): StoredItem[] {
    const ids = rows.map(([itemId]) => itemId);
    const range = [Math.min(...ids), Math.max(...ids)];
    const data = this.#valuesByItem(
      { 'd.itemID': 'integer', 'd.fieldID': 'integer', [`substr(v.value, 1, ${MAX_VALUE_LENGTH})`]: 'text' },
      'FROM itemData d JOIN itemDataValues v ON v.valueID = d.valueID WHERE d.itemID BETWEEN ? AND ?',
      range,
    );
    const creators = this.#creators(range);
    const tags = this.#tables.has('tags')
      ? this.#valuesByItem(
          { 'i.itemID': 'integer', 't.tagID': 'integer', 't.name': 'text' },
          'FROM itemTags i JOIN tags t ON t.tagID = i.tagID WHERE i.itemID BETWEEN ? AND ? ORDER BY i.itemID, i.type, t.tagID',
          range,
        )
      : undefined;
    const collections = this.#tables.has('collectionItems')
      ? this.#valuesByItem(
          { itemID: 'integer', collectionID: 'integer', NULL: 'text' },
          'FROM collectionItems WHERE itemID BETWEEN ? AND ? ORDER BY collectionID',
          range,
        )
      : undefined;
    const deleted = this.#idsIn('itemID', 'deletedItems', 'WHERE itemID BETWEEN ? AND ?', range);
    const retracted = this.#idsIn('itemID', 'retractedItems', 'WHERE itemID BETWEEN ? AND ?', range);
    return rows.map(([itemId, type, dateAdded, key, library]) => ({
      isDeleted: deleted.has(itemId),
      item: {
        key,
        itemType: this.#itemTypes.get(type) ?? '',
        fields: new Map(
          (data.get(itemId) ?? []).flatMap(([fieldId, value]) => {
            const name = this.#fieldNames.get(fieldId);
            return name === undefined || value === null ? [] : [[name, value] as const];
          }),
        ),
        creators: creators.get(itemId) ?? [],
        tags: (tags?.get(itemId) ?? []).map(([, name]) => name ?? ''),
        collections: (collections?.get(itemId) ?? []).flatMap(([collection]) => {
          const name = this.#collections.get(collection);
          return name === undefined ? [] : [name];
        }),
        dateAdded: dateAdded ?? '',
        group: this.#groups.get(library ?? -1),
        isRetracted: retracted.has(itemId),
      },
    }));
  }

  #creators(range: readonly number[]): Map<number, ZoteroCreator[]> {
    const rows = this.#database.rows(
      {
        'i.itemID': 'integer',
        't.creatorType': 'text',
        'c.firstName': 'text',
        'c.lastName': 'text',
        'c.fieldMode': 'integer',
      },
      `FROM itemCreators i JOIN creators c ON c.creatorID = i.creatorID
       LEFT JOIN creatorTypes t ON t.creatorTypeID = i.creatorTypeID
       WHERE i.itemID BETWEEN ? AND ? ORDER BY i.itemID, i.orderIndex`,
      range,
    );
    const row = z.tuple([id, text.nullable(), text.nullable(), text.nullable(), id.nullable()]);
    const creators = new Map<number, ZoteroCreator[]>();
    for (const [itemId, type, firstName, lastName, fieldMode] of parsed(row, rows)) {
      // In the mode of one field, the first name is what was there before the user chose it.
      const given = fieldMode === 1 ? '' : (firstName ?? '');
      const creator = { type: type ?? '', firstName: given, lastName: lastName ?? '' };
      const others = creators.get(itemId);
      if (others) others.push(creator);
      else creators.set(itemId, [creator]);
    }
    return creators;
  }

  /** The second and third column of rows by their first one. */
  #valuesByItem(columns: Columns, rest: string, range: readonly number[]) {
    const values = new Map<number, (readonly [id: number, text: string | null])[]>();
    const rows = parsed(z.tuple([id, id, text.nullable()]), this.#database.rows(columns, rest, range));
    for (const [itemId, one, value] of rows) {
      const others = values.get(itemId);
      if (others) others.push([one, value]);
      else values.set(itemId, [[one, value]]);
    }
    return values;
  }

  /** A column of names by their numbers; empty if there is no such table. */
  #names(number: string, name: string, table: string): Map<number, string> {
    if (!this.#tables.has(table)) return new Map();
    return new Map(
      parsed(z.tuple([id, text]), this.#database.rows({ [number]: 'integer', [name]: 'text' }, `FROM ${table}`)),
    );
  }

  /** The numbers in a column; none if there is no such table. */
  #idsIn(column: string, table: string, condition = '', range: readonly number[] = []): Set<number> {
    if (!this.#tables.has(table)) return new Set();
    const rows = this.#database.rows({ [column]: 'integer' }, `FROM ${table} ${condition}`, range);
    return new Set(parsed(z.tuple([id]), rows).map(([one]) => one));
  }

  #readCollections(): Map<number, string> {
    if (!this.#tables.has('collections')) return new Map();
    const rows = this.#database.rows(
      { collectionID: 'integer', collectionName: 'text', parentCollectionID: 'integer' },
      'FROM collections ORDER BY collectionID',
    );
    const deleted = this.#idsIn('collectionID', 'deletedCollections');
    const all = new Map(
      parsed(z.tuple([id, text, id.nullable()]), rows).map(([one, name, parent]) => [one, { name, parent }]),
    );
    const names = new Map<number, string>();
    for (const collection of all.keys()) {
      const way = wayTo(collection, all);
      if (way.some((one) => deleted.has(one))) continue;
      names.set(collection, way.map((one) => all.get(one)?.name ?? '').join(' / '));
    }
    return names;
  }
}

/** How deep collections may be within each other. A damaged file may have a cycle of them. */
const MAX_COLLECTION_DEPTH = 50;

/** The collections around a collection, from the outermost one, and itself. */
function wayTo(collection: number, all: ReadonlyMap<number, { readonly parent: number | null }>): number[] {
  const way: number[] = [];
  for (let at: number | null = collection; at !== null && all.has(at) && way.length < MAX_COLLECTION_DEPTH; ) {
    way.unshift(at);
    at = all.get(at)?.parent ?? null;
  }
  return way;
}

/** The rows that have the expected form. In a damaged file, others may come. */
function parsed<T>(schema: z.ZodType<T>, rows: readonly unknown[]): T[] {
  return rows.flatMap((row) => {
    const result = schema.safeParse(row);
    return result.success ? [result.data] : [];
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
