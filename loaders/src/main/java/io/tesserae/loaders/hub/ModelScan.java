package io.tesserae.loaders.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One look at a model's folder. No folder is entered through a link, so nothing is seen twice and nothing outside is seen at all
 * but the files that links lead to.
 *
 * <p>Others may download or remove meanwhile: what vanishes between two steps is as if it had never been there. Blobs are looked at
 * before snapshots, because a download makes them in this order.
 *
 * <p>Source: {@code _scan_cached_repo} in {@code huggingface_hub/utils/_cache_manager.py}, which gives a folder up where anything is
 * odd in it.
 */
final class ModelScan {

    /** Left behind by file managers. */
    private static final Set<String> NOT_OURS = Set.of(".DS_Store", "Thumbs.db", "desktop.ini");

    private static final Pattern UNFINISHED = Pattern.compile(".*\\.incomplete|.*\\.[0-9a-f]{8}\\.tmp");
    private static final int LONGEST_REF = 200;

    /**
     * A file of a snapshot.
     *
     * @param name in the model, with {@code /} between folders
     * @param entry what lies in the snapshot: a link, or, where there are no links, the file itself
     * @param blob where the link leads at first; the entry itself where it is none
     * @param content where all links lead in the end, none of them left; null where that is no file
     * @param bytes of the content
     * @param modified when the content was last written
     */
    record ShownFile(String name, Path entry, Path blob, Path content, long bytes, Instant modified) {
        boolean isBroken() {
            return content == null;
        }

        boolean isLink() {
            return !entry.equals(blob);
        }
    }

    private final RepositoryFolder folder;
    private final List<Path> blobs = new ArrayList<>();
    private final List<Path> leftovers = new ArrayList<>();
    private final Map<String, String> refs = new TreeMap<>();
    private final Map<String, List<ShownFile>> snapshots = new TreeMap<>();
    private final Map<Path, String> unseen = new TreeMap<>();

    ModelScan(RepositoryFolder folder) throws IOException {
        this.folder = folder;
        for (Path blob : entries(folder.blobs())) {
            if (!Files.isDirectory(blob, LinkOption.NOFOLLOW_LINKS)) {
                (isUnfinished(blob) ? leftovers : blobs).add(blob);
            }
        }
        for (Path ref : files(folder.refs())) {
            readRef(ref);
        }
        for (Path snapshot : entries(folder.snapshots())) {
            if (Files.isDirectory(snapshot, LinkOption.NOFOLLOW_LINKS)) {
                snapshots.put(snapshot.getFileName().toString(), shownBy(snapshot));
            } else if (Files.isDirectory(snapshot)) {
                unseen.put(snapshot, "a link to a folder");
            }
        }
    }

    RepositoryFolder folder() {
        return folder;
    }

    /** Everything in the folder of blobs, whatever it is named, but for folders and what is unfinished. */
    List<Path> blobs() {
        return blobs;
    }

    /** Those that no snapshot shows. */
    List<Path> unusedBlobs() {
        Set<Path> shown = shownFiles().map(ShownFile::blob).collect(Collectors.toSet());
        return blobs.stream().filter(blob -> !shown.contains(blob)).toList();
    }

    /** Beginnings of files, as interrupted downloads leave them. */
    List<Path> leftovers() {
        return leftovers;
    }

    /** What stands in the files of branches and tags, by their names. */
    Map<String, String> refs() {
        return refs;
    }

    /** The files of each snapshot, by the name of its folder: a commit. */
    Map<String, List<ShownFile>> snapshots() {
        return snapshots;
    }

    /** What could not be looked at, and why. */
    Map<Path, String> unseen() {
        return unseen;
    }

    Stream<ShownFile> shownFiles() {
        return snapshots.values().stream().flatMap(List::stream);
    }

    /** How many bytes files have, each counted once however many links lead to it. */
    static Map<Path, Long> sizes(Stream<ShownFile> files) {
        Map<Path, Long> sizes = new HashMap<>();
        files.filter(file -> !file.isBroken()).forEach(file -> sizes.put(file.content(), file.bytes()));
        return sizes;
    }

    private static boolean isUnfinished(Path file) {
        return UNFINISHED.matcher(file.getFileName().toString()).matches();
    }

    static boolean isNotOurs(Path file) {
        return NOT_OURS.contains(file.getFileName().toString());
    }

    /** What lies in a folder; nothing where there is no folder. */
    private List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, path -> !isNotOurs(path))) {
                stream.forEach(entries::add);
            } catch (NoSuchFileException e) {
                return List.of(); // removed meanwhile
            } catch (IOException e) {
                unseen.put(directory, RepositoryFolder.reason(e));
            } catch (DirectoryIteratorException e) {
                unseen.put(directory, RepositoryFolder.reason(e.getCause()));
            }
        } else if (Files.isDirectory(directory)) {
            unseen.put(directory, "a link to a folder");
        }
        entries.sort(null);
        return entries;
    }

    /** What lies below a folder and is none itself, links included. */
    private List<Path> files(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return files;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                if (!(failure instanceof NoSuchFileException)) {
                    unseen.put(file, RepositoryFolder.reason(failure));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) {
                if (failure != null) {
                    unseen.put(visited, RepositoryFolder.reason(failure));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return files;
    }

    private void readRef(Path file) {
        if (isNotOurs(file) || Files.isDirectory(file)) {
            return;
        }
        if (isUnfinished(file)) {
            leftovers.add(file);
        } else if (!Files.isRegularFile(file)) {
            refs.put(relativeName(folder.refs(), file), "");
        } else {
            try (InputStream in = Files.newInputStream(file)) {
                String text = new String(in.readNBytes(LONGEST_REF), StandardCharsets.UTF_8);
                refs.put(relativeName(folder.refs(), file), text.strip());
            } catch (NoSuchFileException e) {
                // Removed meanwhile.
            } catch (IOException e) {
                unseen.put(file, RepositoryFolder.reason(e));
            }
        }
    }

    private List<ShownFile> shownBy(Path snapshot) throws IOException {
        List<ShownFile> shown = new ArrayList<>();
        for (Path entry : files(snapshot)) {
            if (isUnfinished(entry)) {
                leftovers.add(entry);
            } else if (Files.isDirectory(entry)) {
                unseen.put(entry, "a link to a folder");
            } else {
                try {
                    shown.add(shown(snapshot, entry));
                } catch (NoSuchFileException e) {
                    // Removed meanwhile.
                } catch (IOException e) {
                    unseen.put(entry, RepositoryFolder.reason(e));
                }
            }
        }
        return shown;
    }

    private ShownFile shown(Path snapshot, Path entry) throws IOException {
        String name = relativeName(snapshot, entry);
        Path blob = Files.isSymbolicLink(entry) ? target(entry) : entry;
        if (!Files.isRegularFile(entry)) {
            return new ShownFile(name, entry, blob, null, 0, Instant.EPOCH);
        }
        BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
        Instant modified = attributes.lastModifiedTime().toInstant();
        return new ShownFile(name, entry, blob, entry.toRealPath(), attributes.size(), modified);
    }

    /** Where a link leads at first. The cache may have more than one path; a blob has one here. */
    private Path target(Path link) throws IOException {
        Path target = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
        boolean isBlob = target.getParent() != null
                && Files.isDirectory(folder.blobs())
                && Files.isDirectory(target.getParent())
                && Files.isSameFile(target.getParent(), folder.blobs());
        return isBlob ? folder.blobs().resolve(target.getFileName()) : target;
    }

    private static String relativeName(Path directory, Path file) {
        return directory.relativize(file).toString().replace('\\', '/');
    }
}
