package io.tesserae.loaders.hub;

import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.hub.HubException.Reason;
import io.tesserae.loaders.json.ModulesJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One download of one model: asks which commit its revision stands at, then fetches what the cache lacks of that commit, and of no
 * other, so that the files belong together. What the cache knows is not asked for again: a branch whose files are all there costs
 * one request, a commit none.
 */
final class ModelDownload {

    /** More would not be faster, and each may take a socket from the program that this is a part of. */
    private static final int MOST_QUESTIONS_AT_A_TIME = 8;

    private final ModelId model;
    private final Snapshots snapshots;
    private final HubClient client;
    private final Retries retries;
    private final BlobDownload blobs;
    private final DownloadListener listener;

    ModelDownload(ModelId model, HubSettings settings, HubClient client, Retries retries) {
        this.model = model;
        this.client = client;
        this.retries = retries;
        listener = retries.listener();
        RepositoryFolder folder = new RepositoryFolder(settings.cache(), model.repository());
        snapshots = new Snapshots(folder, settings.symlinks());
        blobs = new BlobDownload(folder, client, retries);
    }

    ModelFiles run() throws IOException {
        Optional<String> commit = commit();
        if (commit.isEmpty()) {
            return snapshots
                    .find(model)
                    .map(folder -> SnapshotFiles.of(folder, model.repository()))
                    .orElseThrow();
        }
        ModelId settled = new ModelId(model.repository(), commit.get());
        if (!fetch(settled, List.of(CheckpointFiles.CONFIG)).isEmpty()) {
            throw noConfig();
        }
        fetch(settled, CheckpointFiles.OPTIONAL);
        ModelFiles files = SnapshotFiles.of(snapshots.folder(commit.get()), model.repository());
        fetchWeights(settled, files);
        fetchModules(settled, files);
        if (files.exists(ModulesJson.FILE)) {
            fetch(settled, CheckpointFiles.VECTOR_HEADS);
        }
        // Last, so that a branch never stands at a commit whose files are not all there.
        snapshots.setRef(model.revision(), commit.get());
        return files;
    }

    /** Where the revision stands now; empty if the hub does not answer, but the cache has the revision from before. */
    private Optional<String> commit() throws IOException {
        if (model.isCommit()) {
            return Optional.of(model.revision());
        }
        try {
            return Optional.of(ask().orElseThrow(this::noConfig).commit());
        } catch (TransientFailure failure) {
            if (snapshots.find(model).isPresent()) {
                listener.warning(failure.getMessage() + "; using what the cache has of " + model);
                return Optional.empty();
            }
            if (failure.isWithoutConnection()) { // a person who has no network need not wait to be told
                throw failure.asLast("");
            }
            return Optional.of(retries.runAfter(failure, this::ask)
                    .orElseThrow(this::noConfig)
                    .commit());
        }
    }

    private Optional<RemoteFile> ask() throws IOException {
        return client.ask(model, CheckpointFiles.CONFIG);
    }

    private HubException noConfig() {
        return new HubException(
                Reason.FILE_NOT_FOUND,
                "the model \"" + model + "\" has no " + CheckpointFiles.CONFIG
                        + ", so it is none that transformers could read; see " + client.page(model));
    }

    /** One after the other, so that of a model that has several formats the others are not even asked for. */
    private void fetchWeights(ModelId settled, ModelFiles files) throws IOException {
        String found = null;
        for (String name : CheckpointFiles.WEIGHTS_IN_ORDER) {
            if (fetch(settled, List.of(name)).isEmpty()) {
                found = name;
                break;
            }
        }
        if (found == null) {
            throw new HubException(
                    Reason.FILE_NOT_FOUND,
                    "the model \"" + model + "\" has no " + CheckpointFiles.WEIGHTS + " and no "
                            + CheckpointFiles.TORCH_WEIGHTS + ", nor an index of either; see " + client.page(model));
        }
        List<String> absent = fetch(settled, CheckpointFiles.weights(files));
        if (!absent.isEmpty()) {
            throw new HubException(
                    Reason.FILE_NOT_FOUND,
                    "the model \"" + model + "\" lacks " + String.join(", ", absent) + ", which its " + found
                            + " names");
        }
    }

    /** The weights of a module in the format that is preferred, and in the other where it has none. */
    private void fetchModules(ModelId settled, ModelFiles files) throws IOException {
        fetch(
                settled,
                CheckpointFiles.modules(files).stream()
                        .filter(name -> !name.endsWith(CheckpointFiles.TORCH_WEIGHTS))
                        .toList());
        fetch(settled, CheckpointFiles.modules(files));
    }

    /** Fetches these files as far as they are not there yet, and returns those that the commit does not have. */
    private List<String> fetch(ModelId settled, Collection<String> names) throws IOException {
        String commit = settled.revision();
        List<String> absent = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String name : names) {
            if (snapshots.isKnownAbsent(commit, name)) {
                absent.add(name);
            } else if (!snapshots.has(commit, name)) {
                unknown.add(name);
            }
        }
        List<Optional<RemoteFile>> answers = askAll(settled, unknown);
        for (int i = 0; i < unknown.size(); i++) {
            if (answers.get(i).isEmpty()) {
                snapshots.setAbsent(commit, unknown.get(i));
                absent.add(unknown.get(i));
            } else {
                fetch(settled, answers.get(i).get());
            }
        }
        return absent;
    }

    private void fetch(ModelId settled, RemoteFile file) throws IOException {
        if (!file.commit().equals(settled.revision())) {
            throw new HubException(
                    Reason.INVALID_ANSWER,
                    "the hub was asked for " + file.name() + " of " + settled + ", and answered for the commit "
                            + file.commit());
        }
        boolean isNew = blobs.fetch(settled, file);
        snapshots.link(settled.revision(), file.name(), file.etag(), isNew);
    }

    /** Asks for some at a time: each question is a round trip, and each that is open a connection. */
    private List<Optional<RemoteFile>> askAll(ModelId settled, List<String> names) throws IOException {
        List<Optional<RemoteFile>> answers = new ArrayList<>();
        try (ExecutorService questions = Executors.newFixedThreadPool(
                MOST_QUESTIONS_AT_A_TIME, Thread.ofVirtual().factory())) {
            List<Future<Optional<RemoteFile>>> futures = new ArrayList<>();
            for (String name : names) {
                futures.add(questions.submit(() -> retries.run(() -> {
                    retries.requireTime(name + " of " + settled);
                    return client.ask(settled, name);
                })));
            }
            try {
                for (Future<Optional<RemoteFile>> future : futures) {
                    answers.add(future.get());
                }
            } catch (ExecutionException e) {
                questions.shutdownNow();
                throw asIOException(e.getCause());
            } catch (InterruptedException e) {
                questions.shutdownNow();
                Thread.currentThread().interrupt();
                throw HubClient.interrupted("the download of " + model);
            }
        }
        return answers;
    }

    private static IOException asIOException(Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> new IOException(cause);
        };
    }
}
