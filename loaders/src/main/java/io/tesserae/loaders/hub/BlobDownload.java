package io.tesserae.loaders.hub;

import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Fetches blobs: takes up what an earlier download left behind, survives cut connections, and lets nothing into the cache that is
 * not as long as the hub said and does not have the checksum that it is named by.
 */
record BlobDownload(RepositoryFolder repository, HubClient client, Retries retries) {

    private static final int CHUNK = 256 << 10;

    /**
     * Fetches a file's blob unless it is there.
     *
     * @return whether it was fetched
     */
    boolean fetch(ModelId settled, RemoteFile file) throws IOException {
        requireSensibleSize(file);
        Path blob = repository.blob(file.etag());
        if (isWhole(blob, file)) {
            return false;
        }
        repository.makeFolder(repository.blobs());
        Runnable tellOfWaiting = () -> retries.listener()
                .warning("waiting for another download of " + file.name() + " of " + settled.repository());
        try (BlobLock lock = BlobLock.acquire(repository.lock(file.etag()), tellOfWaiting)) {
            if (isWhole(blob, file)) {
                return false;
            }
            requireSpace(file);
            try (PartialFile partial = PartialFile.open(blob, lock.keepsOthersOut(), retries.listener())) {
                retries.listener().started(file.name(), partial.length(), file.size());
                complete(settled, file, partial);
                partial.moveTo(blob);
            }
            retries.listener().finished(file.name());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HubClient.interrupted("the download of " + file.name());
        }
    }

    /** A blob of another length has been damaged since. */
    private static boolean isWhole(Path blob, RemoteFile file) throws IOException {
        return Files.exists(blob) && (file.size() < 0 || Files.size(blob) == file.size());
    }

    /** Brings the file to its end, and makes sure that it is the right one. */
    private void complete(ModelId settled, RemoteFile file, PartialFile partial) throws IOException {
        boolean isResumed = partial.length() > 0;
        receive(settled, file, partial);
        Optional<String> fault = fault(file, partial);
        if (fault.isPresent() && isResumed) {
            retries.listener()
                    .warning(file.name() + ": what an earlier download left behind is damaged; fetching it anew");
            partial.cutTo(0);
            receive(settled, file, partial);
            fault = fault(file, partial);
        }
        if (fault.isPresent()) {
            partial.discard();
            throw new HubException(
                    Reason.INVALID_ANSWER,
                    "the file " + file.name() + " of " + settled + " arrived damaged: " + fault.get()
                            + "; nothing of it was kept");
        }
    }

    /** What is wrong with the bytes, now that all are there. */
    private static Optional<String> fault(RemoteFile file, PartialFile partial) throws IOException {
        if (file.size() >= 0 && partial.length() != file.size()) {
            return Optional.of("expected " + file.size() + " bytes, found " + partial.length());
        }
        Optional<BlobChecksum> checksum = BlobChecksum.of(file.etag());
        if (checksum.isEmpty()) {
            return Optional.empty();
        }
        String found = checksum.get().compute(partial.path());
        return found.equals(file.etag())
                ? Optional.empty()
                : Optional.of("expected the checksum " + file.etag() + ", found " + found);
    }

    /** Receives what is missing, in as many pieces as the network makes of it. */
    private void receive(ModelId settled, RemoteFile file, PartialFile partial) throws IOException {
        int failures = 0;
        while (file.size() < 0 || partial.length() < file.size()) {
            long before = partial.length();
            try {
                receivePiece(settled, file, partial);
                if (file.size() < 0) {
                    return; // then the end of the answer is the file's end
                }
            } catch (TransientFailure failure) {
                boolean isProgress = partial.length() > before && !failure.isTooSlow();
                failures = isProgress ? 1 : failures + 1;
                retries.pause(failure, failures);
            }
        }
    }

    private void receivePiece(ModelId settled, RemoteFile file, PartialFile partial) throws IOException {
        long limit = file.size() >= 0 ? file.size() : CheckpointFiles.TEXT_BYTE_LIMIT;
        long from = file.size() >= 0 ? partial.length() : 0;
        try (HubClient.Body body = client.fetch(settled, file, from)) {
            partial.cutTo(Math.min(body.first(), partial.length()));
            byte[] chunk = new byte[CHUNK];
            while (true) {
                int count = read(body, chunk, file);
                if (count < 0) {
                    requireEnd(file, partial);
                    return;
                }
                if (partial.length() + count > limit) {
                    partial.discard();
                    throw new HubException(
                            Reason.INVALID_ANSWER,
                            "the file " + file.name() + " of " + settled + ": more than the " + limit
                                    + " bytes expected arrived");
                }
                partial.append(chunk, count);
                retries.listener().reached(file.name(), partial.length());
                retries.requireTime(file.name() + " of " + settled);
            }
        }
    }

    private static void requireEnd(RemoteFile file, PartialFile partial) throws TransientFailure {
        if (file.size() >= 0 && partial.length() < file.size()) {
            throw new TransientFailure(
                    "the download of " + file.name() + " broke off after " + partial.length() + " of " + file.size()
                            + " bytes",
                    Optional.empty());
        }
    }

    /** Only what the network does is worth another attempt; a full disk is not. */
    private static int read(HubClient.Body body, byte[] chunk, RemoteFile file) throws IOException {
        try {
            return body.stream().read(chunk, 0, chunk.length);
        } catch (IOException e) {
            throw new TransientFailure("the download of " + file.name() + " broke off: " + HubClient.reason(e), e);
        }
    }

    private static void requireSensibleSize(RemoteFile file) throws HubException {
        boolean isText = !file.name().endsWith(".safetensors") && !file.name().endsWith(".bin");
        if (isText && file.size() > CheckpointFiles.TEXT_BYTE_LIMIT) {
            throw new HubException(
                    Reason.INVALID_ANSWER,
                    "the file " + file.name() + ": expected at most " + CheckpointFiles.TEXT_BYTE_LIMIT
                            + " bytes, found " + file.size());
        }
        if (!isText && file.size() < 0) {
            throw new HubException(
                    Reason.INVALID_ANSWER, "the file " + file.name() + ": the hub did not say how long it is");
        }
    }

    private void requireSpace(RemoteFile file) throws IOException {
        long usable = Files.getFileStore(repository.blobs()).getUsableSpace();
        if (file.size() > usable) {
            throw new IOException(repository.blobs() + ": the file " + file.name() + " needs " + file.size()
                    + " bytes, but the drive has only " + usable + " left");
        }
    }
}
