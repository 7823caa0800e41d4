package io.tesserae.loaders.hub;

import io.tesserae.loaders.hub.CacheProblem.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** One look at a model in the cache, byte by byte; see {@link HubCache#verify}. */
final class ModelVerification {

    private final ModelScan scan;
    private final LongConsumer progress;
    private final List<CacheProblem> problems = new ArrayList<>();
    private int checkedFiles;
    private long checkedBytes;
    private int uncheckedFiles;

    ModelVerification(ModelScan scan, LongConsumer progress) {
        this.scan = scan;
        this.progress = progress;
    }

    CacheVerification run() throws IOException {
        for (Path blob : scan.blobs()) {
            checkBlob(blob);
        }
        scan.shownFiles().forEach(this::checkShown);
        scan.refs().forEach(this::checkRef);
        scan.unseen().forEach((path, why) -> problem(Kind.UNREADABLE, path, "not looked into: " + why));
        for (Path blob : scan.unusedBlobs()) {
            problem(
                    Kind.UNUSED_BLOB,
                    blob,
                    "no snapshot shows it; it only takes " + RepositoryFolder.ownBytes(blob) + " bytes");
        }
        for (Path leftover : scan.leftovers()) {
            checkLeftover(leftover);
        }
        problems.sort(Comparator.comparing(CacheProblem::path));
        return new CacheVerification(
                scan.folder().repository(), checkedFiles, checkedBytes, uncheckedFiles, List.copyOf(problems));
    }

    private void problem(Kind kind, Path path, String message) {
        problems.add(new CacheProblem(kind, path, message));
    }

    private void checkBlob(Path blob) {
        if (!Files.isRegularFile(blob)) {
            if (Files.exists(blob, LinkOption.NOFOLLOW_LINKS)) {
                problem(
                        Kind.BROKEN_LINK,
                        blob,
                        "expected a file, found " + (Files.isSymbolicLink(blob) ? "a link to none" : "something else"));
            }
            return;
        }
        String name = blob.getFileName().toString();
        Optional<BlobChecksum> checksum = BlobChecksum.of(name);
        if (checksum.isEmpty()) {
            uncheckedFiles++;
            return;
        }
        try {
            String found = checksum.get().compute(blob);
            checkedFiles++;
            checkedBytes += Files.size(blob);
            progress.accept(checkedBytes);
            if (!found.equals(name)) {
                problem(
                        Kind.DAMAGED_BLOB,
                        blob,
                        "damaged: expected the checksum in its name, found " + found + shownAs(blob));
            }
        } catch (NoSuchFileException e) {
            // Removed meanwhile.
        } catch (IOException e) {
            problem(Kind.UNREADABLE, blob, "not readable: " + RepositoryFolder.reason(e) + shownAs(blob));
        }
    }

    /** A blob's name says little to people. */
    private String shownAs(Path blob) {
        return scan.shownFiles()
                .filter(file -> file.blob().equals(blob))
                .findFirst()
                .map(file -> " (it is " + file.name() + ")")
                .orElse("");
    }

    private void checkShown(ModelScan.ShownFile file) {
        if (file.isBroken()) {
            if (Files.exists(file.entry(), LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file.entry())) {
                problem(
                        Kind.BROKEN_LINK,
                        file.entry(),
                        file.isLink()
                                ? "leads to nothing: " + file.blob() + " is missing"
                                : "expected a file, found something else");
            }
        } else if (!file.isLink()) {
            uncheckedFiles++;
        } else if (!scan.folder().blobs().equals(file.blob().getParent())) {
            problem(
                    Kind.FOREIGN_LINK,
                    file.entry(),
                    "leads to " + file.blob() + ", which is none of the model's blobs and is not checked");
        }
    }

    private void checkRef(String ref, String commit) {
        boolean isCommit = ModelId.isCommit(commit);
        boolean isHere = scan.snapshots().containsKey(commit)
                || isCommit && Files.isDirectory(scan.folder().snapshot(commit));
        if (!isHere) {
            String found = isCommit ? "the commit " + commit + ", which is not here" : "other text";
            problem(Kind.BROKEN_REF, scan.folder().ref(ref), "expected the commit of a snapshot, found " + found);
        }
    }

    /** Not one that somebody is writing right now. */
    private void checkLeftover(Path leftover) throws IOException {
        String etag = leftover.getFileName().toString().replaceFirst("\\..*", "");
        if (Files.exists(leftover, LinkOption.NOFOLLOW_LINKS)
                && !BlobLock.isHeld(scan.folder().lock(etag))) {
            problem(
                    Kind.LEFTOVER,
                    leftover,
                    "an interrupted download left " + RepositoryFolder.ownBytes(leftover) + " bytes here");
        }
    }
}
