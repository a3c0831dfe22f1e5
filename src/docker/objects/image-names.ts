import type { Identity } from "./identity.ts";

/**
 * The same image as one of its names means it: whoever may know it by another does not learn of this one. Its digests go with
 * its tags of the same repository.
 */
export function underName(image: Identity, name: string): Identity {
  const repository = name.includes("@") ? repositoryOf(name, "@") : undefined;
  const tags = image.names.filter((tag) => repository !== undefined && isTagOf(tag, repository));
  return { ...image, names: [name, ...tags] };
}

/** The same where a word may mean it by an id as well, which is none of its names. */
export function asMeant(object: Identity, name: string | undefined): Identity {
  const isNamed = object.kind === "image" && name !== undefined && object.names.includes(name);
  return isNamed ? underName(object, name) : object;
}

/** An image under each of its names; a digest alone counts as a name of its own. */
export function underEachName(image: Identity): readonly Identity[] {
  const names = image.names.filter((name) => {
    const repository = name.includes("@") ? repositoryOf(name, "@") : undefined;
    return repository === undefined || !image.names.some((tag) => isTagOf(tag, repository));
  });
  return names.length === 0 ? [image] : names.map((name) => ({ ...image, names: [name] }));
}

function isTagOf(name: string, repository: string): boolean {
  return !name.includes("@") && repositoryOf(name, ":") === repository;
}

/** What stands before the last of these marks: of a digest, not the one in it. */
function repositoryOf(name: string, mark: ":" | "@"): string {
  return mark === "@" ? name.slice(0, name.indexOf("@")) : name.slice(0, name.lastIndexOf(":"));
}
