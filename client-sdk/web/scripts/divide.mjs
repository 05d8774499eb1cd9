/**
 * Divides a file of descriptors by who needs what: types that the same files need stay together, in a part that is named
 * after its first type, and each of those files depends on such parts alone. So a page that calls one service carries the
 * few messages that this service names, however long the file is that they are written in.
 *
 * @param files all files; those that import the divided one get new dependencies
 * @param whole which of them is divided
 * @returns the parts, each after those that it depends on
 */
export function divide(files, whole) {
  const types = typesOf(whole);
  const importers = files.filter(({ dependency }) => dependency.includes(whole.name));
  for (const file of importers) {
    file.messageType.forEach((message) => mark(types, namedIn(message), file.name));
    file.service.forEach(({ method }) =>
      method.forEach(({ inputType, outputType }) => mark(types, [inputType, outputType], file.name)),
    );
  }
  const parts = partsOf(types, whole.name);
  for (const file of importers) {
    file.dependency = [
      ...file.dependency.filter((name) => name !== whole.name),
      ...parts.filter(({ needers }) => needers.has(file.name)).map(({ name }) => name),
    ];
  }
  const homes = new Map(files.flatMap((file) => [...typesOf(file).keys()].map((name) => [name, file.name])));
  types.forEach(({ part }, name) => homes.set(name, part));
  return parts.map((part) => fileOf(whole, part, homes));
}

/** A file's own types, by their full names, with who needs them. */
function typesOf({ package: scope, messageType, enumType }) {
  const types = new Map();
  for (const [list, all] of Object.entries({ messageType, enumType })) {
    all.forEach((type, index) => {
      const found = { list, index, type, needers: new Set() };
      namesOf(`.${scope}`, type).forEach((name) => types.set(name, found));
    });
  }
  return types;
}

/** The full names of a type and of those inside it. */
function namesOf(scope, { name, nestedType = [], enumType = [] }) {
  const own = `${scope}.${name}`;
  return [own, ...[...nestedType, ...enumType].flatMap((type) => namesOf(own, type))];
}

/** Notes that a file needs the types of these names, and what they are made of. */
function mark(types, names, needer) {
  for (const found of names.map((name) => types.get(name))) {
    if (found && !found.needers.has(needer)) {
      found.needers.add(needer);
      mark(types, namedIn(found.type), needer);
    }
  }
}

/** The types that a message's fields name; an enum has none. */
function namedIn({ field = [], nestedType = [] }) {
  return [...field.map(({ typeName }) => typeName), ...nestedType.flatMap(namedIn)];
}

/** What a type is made of has more needers than the type itself, or the same: so the parts with most come first. */
function partsOf(types, path) {
  const parts = new Map();
  for (const member of new Set(types.values())) {
    const key = [...member.needers].sort().join();
    const words = member.type.name.replace(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase();
    const part = parts.get(key) ?? {
      name: path.replace(/\.proto$/, `/${words}.proto`),
      needers: member.needers,
      members: [],
    };
    part.members.push(member);
    parts.set(key, part);
    member.part = part.name;
  }
  return [...parts.values()].sort((a, b) => b.needers.size - a.needers.size);
}

function fileOf(whole, { name, members }, homes) {
  const own = { messageType: [], enumType: [] };
  const moved = new Map();
  for (const { list, index, type } of members) {
    moved.set(`${pathOf[list]}.${index}`, own[list].length);
    own[list].push(type);
  }
  const used = new Set(members.flatMap(({ type }) => namedIn(type)).map((typeName) => homes.get(typeName)));
  return {
    ...whole,
    ...own,
    name,
    dependency: [...used].filter((file) => file && file !== name),
    sourceCodeInfo: whole.sourceCodeInfo && {
      ...whole.sourceCodeInfo,
      location: whole.sourceCodeInfo.location.flatMap((location) => {
        const [list, index, ...rest] = location.path;
        const place = moved.get(`${list}.${index}`);
        return place === undefined ? [] : [{ ...location, path: [list, place, ...rest] }];
      }),
    },
  };
}

/** The numbers of these fields in FileDescriptorProto, which the paths of comments begin with. */
const pathOf = { messageType: 4, enumType: 5 };
