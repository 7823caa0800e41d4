package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.HubTestBed.NAME;
import static io.tesserae.loaders.hub.HubTestBed.bytes;
import static io.tesserae.loaders.hub.HubTestBed.files;
import static io.tesserae.loaders.hub.HubTestBed.snapshot;
import static io.tesserae.loaders.hub.HubTestBed.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.fakehub.FakeRepository;
import io.tesserae.fakehub.FakeRequest;
import io.tesserae.fakehub.Fault;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes from the hub, what is asked of it, and how the cache looks afterwards. */
class HubTest {

    private static final Set<String> WANTED =
            Set.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt");

    @TempDir
    Path folder;

    private HubTestBed bed;
    private FakeRepository repository;

    @BeforeEach
    void start() {
        bed = new HubTestBed(folder.resolve("hub"));
        repository = bed.server.repository(NAME);
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private HubException failure(String model) {
        return assertThrows(HubException.class, () -> bed.hub().download(model));
    }

    @Test
    void fetchesWhatAModelNeedsAndNothingElse() throws IOException {
        String commit = repository.commit(files());
        ModelFiles files = bed.hub().download(NAME);

        Map<String, byte[]> found =
                snapshot(bed.repository().resolve("snapshots").resolve(commit));
        assertEquals(WANTED, found.keySet());
        found.forEach((name, content) -> assertArrayEquals(files().get(name), content, name));
        assertTrue(files.exists("model.safetensors"));
        assertTrue(bed.requests().stream()
                .noneMatch(request -> request.contains("pytorch_model") || request.contains("onnx")));
    }

    @Test
    void theCacheLooksAsPythonsDoes() throws IOException {
        String commit = repository.commit(files());
        bed.hub().download(NAME);

        Path snapshot = bed.repository().resolve("snapshots").resolve(commit);
        assertEquals(commit, Files.readString(bed.repository().resolve("refs/main")));
        byte[] weights = files().get("model.safetensors");
        assertEquals(
                Path.of("../../blobs", FakeRepository.sha256(weights)),
                Files.readSymbolicLink(snapshot.resolve("model.safetensors")));
        assertEquals(
                Path.of("../../blobs", FakeRepository.gitSha1(files().get("config.json"))),
                Files.readSymbolicLink(snapshot.resolve("config.json")));
        assertTrue(Files.exists(
                bed.repository().resolve(".no_exist").resolve(commit).resolve("modules.json")));
        assertTrue(Files.exists(
                bed.cache.resolve(".locks/models--someone--sentiment/" + FakeRepository.sha256(weights) + ".lock")));
        assertTrue(Files.readString(bed.cache.resolve("CACHEDIR.TAG"))
                .startsWith("Signature: 8a477f597d28d172789f06886806bc55"));
        assertEquals(List.of(), bed.leftovers());
    }

    @Test
    void aFullCacheCostsOneQuestionForABranchAndNoneForACommit() throws IOException {
        String commit = repository.commit(files());
        bed.hub().download(NAME);
        bed.requests();

        bed.hub().download(NAME);
        // The second is where the hub sends whoever asks for a small file.
        assertEquals(List.of("HEAD config.json", "HEAD config.json"), bed.requests());
        bed.hub().download(NAME + "@" + commit);
        assertEquals(List.of(), bed.requests());
    }

    @Test
    void offlineNothingIsAskedAtAll() throws IOException {
        repository.commit(files());
        bed.hub().download(NAME);
        bed.requests();

        Hub offline = bed.hub(bed.settings().withOffline(true));
        assertTrue(offline.download(NAME).exists("model.safetensors"));
        assertTrue(bed.hub().cached(NAME).exists("model.safetensors"));
        HubException failure = assertThrows(HubException.class, () -> offline.download("someone/else"));
        assertEquals(Reason.OFFLINE, failure.reason());
        assertTrue(failure.getMessage().contains("HF_HUB_OFFLINE"), failure.getMessage());
        assertThrows(HubException.class, () -> offline.download(NAME + "@other"));
        assertEquals(List.of(), bed.requests());
    }

    @Test
    void aBranchThatMovesBringsOnlyWhatChanged() throws IOException {
        String first = repository.commit(files());
        bed.hub().download(NAME);
        Map<String, byte[]> changed = new TreeMap<>(files());
        changed.put("config.json", text("{\"model_type\": \"distilbert\", \"n_layers\": 2}\n"));
        String second = repository.commit(changed);
        bed.requests();

        ModelFiles files = bed.hub().download(NAME);
        assertTrue(files.describe("config.json").contains(second));
        assertEquals(second, Files.readString(bed.repository().resolve("refs/main")));
        List<String> requests = bed.requests();
        assertTrue(requests.contains("GET config.json"));
        assertTrue(
                requests.stream().noneMatch(request -> request.startsWith("CDN") || request.equals("GET vocab.txt")),
                requests::toString);
        assertEquals(
                WANTED,
                snapshot(bed.repository().resolve("snapshots").resolve(first)).keySet());
    }

    @Test
    void branchesTagsAndPullRequestsAreRevisions() throws IOException {
        repository.commit(files());
        String other =
                repository.commit("refs/pr/1", Map.of("config.json", text("{}"), "model.safetensors", bytes(9, 500)));
        ModelFiles files = bed.hub().download(NAME + "@refs/pr/1");
        assertTrue(files.describe("config.json").contains(other));
        assertEquals(other, Files.readString(bed.repository().resolve("refs/refs/pr/1")));
        assertTrue(bed.server.requests().getFirst().target().contains("/resolve/refs%2Fpr%2F1/config.json"));
    }

    @Test
    void bareAndOldNamesLeadToWhereTheModelIsNow() throws IOException {
        bed.server.repository("bert-base-uncased").commit(files());
        bed.server.move("bert-base-uncased", "google-bert/bert-base-uncased");
        ModelFiles files = bed.hub().download("bert-base-uncased");
        assertTrue(files.describe("config.json").contains("models--bert-base-uncased"));
        assertTrue(files.exists("model.safetensors"));
    }

    @Test
    void shardsAndTheModulesOfASentenceEncoderComeAlong() throws IOException {
        Map<String, byte[]> files = new TreeMap<>(files());
        files.remove("model.safetensors");
        files.put("model.safetensors.index.json", text("""
                {"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}"""));
        files.put("model-00001-of-00002.safetensors", bytes(4, 700));
        files.put("model-00002-of-00002.safetensors", bytes(5, 700));
        files.put("modules.json", text("""
                [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
                 {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]"""));
        files.put("1_Pooling/config.json", text("{\"pooling_mode_mean_tokens\": true}"));
        String commit = repository.commit(files);
        bed.hub().download(NAME);
        Set<String> found =
                snapshot(bed.repository().resolve("snapshots").resolve(commit)).keySet();
        assertTrue(found.containsAll(Set.of(
                "model.safetensors.index.json",
                "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors",
                "1_Pooling/config.json")));
        assertEquals(
                Path.of("../../../blobs", FakeRepository.gitSha1(files.get("1_Pooling/config.json"))),
                Files.readSymbolicLink(
                        bed.repository().resolve("snapshots").resolve(commit).resolve("1_Pooling/config.json")));
        bed.requests();
        bed.hub().download(NAME + "@" + commit);
        assertEquals(List.of(), bed.requests());
    }

    @Test
    void whereThereAreNoSafetensorsTheFilesOfTorchComeAndAreNotAskedForAgain() throws IOException {
        Map<String, byte[]> files = new TreeMap<>(files());
        files.remove("model.safetensors");
        files.put("modules.json", text("""
                [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
                 {"idx": 1, "path": "2_Dense", "type": "sentence_transformers.models.Dense"},
                 {"idx": 2, "path": "3_Dense", "type": "sentence_transformers.models.Dense"}]"""));
        files.put("2_Dense/pytorch_model.bin", bytes(6, 700));
        files.put("3_Dense/pytorch_model.bin", bytes(7, 700));
        files.put("3_Dense/model.safetensors", bytes(8, 700));
        String commit = repository.commit(files);
        assertTrue(bed.hub().download(NAME).exists("pytorch_model.bin"));
        Set<String> found =
                snapshot(bed.repository().resolve("snapshots").resolve(commit)).keySet();
        assertTrue(
                found.containsAll(Set.of("2_Dense/pytorch_model.bin", "3_Dense/model.safetensors")), found::toString);
        assertTrue(
                found.stream().noneMatch(name -> name.startsWith("onnx") || name.equals("3_Dense/pytorch_model.bin")));
        bed.requests();
        bed.hub().download(NAME + "@" + commit);
        assertEquals(List.of(), bed.requests());
    }

    @Test
    void theShardsOfTorchComeAndOneThatIsMissingIsNamed() throws IOException {
        Map<String, byte[]> files = new TreeMap<>(files());
        files.remove("model.safetensors");
        files.remove("pytorch_model.bin");
        repository.commit("none", files);
        HubException none = failure(NAME + "@none");
        assertEquals(Reason.FILE_NOT_FOUND, none.reason());
        assertTrue(none.getMessage().contains("no model.safetensors and no pytorch_model.bin"), none.getMessage());
        files.put("pytorch_model.bin.index.json", text("""
                {"metadata": {}, "weight_map": {"a": "pytorch_model-1.bin", "b": "pytorch_model-2.bin"}}"""));
        files.put("pytorch_model-1.bin", bytes(4, 700));
        repository.commit("half", files);
        HubException half = failure(NAME + "@half");
        assertTrue(
                half.getMessage().contains("lacks pytorch_model-2.bin, which its pytorch_model.bin.index.json names"),
                half.getMessage());
        files.put("pytorch_model-2.bin", bytes(5, 700));
        repository.commit(files);
        assertTrue(bed.hub().download(NAME).exists("pytorch_model-2.bin"));
    }

    @Test
    void whatIsNotThereIsSaidPlainly() {
        repository.commit(files());
        assertEquals(Reason.MODEL_NOT_FOUND, failure("someone/else").reason());
        assertEquals(Reason.REVISION_NOT_FOUND, failure(NAME + "@v2").reason());
        bed.server.repository("someone/empty").commit(Map.of("README.md", text("nothing")));
        assertEquals(Reason.FILE_NOT_FOUND, failure("someone/empty").reason());
    }

    @Test
    void theTokenGoesToTheHubAndToNobodyElse() throws IOException {
        repository.commit(files());
        repository.hide("hf_secret");
        HubException failure = failure(NAME);
        assertEquals(Reason.MODEL_NOT_FOUND, failure.reason());
        assertTrue(failure.getMessage().contains("HF_TOKEN"), failure.getMessage());

        bed.server.forgetRequests();
        bed.hub(bed.settings().withToken("hf_secret")).download(NAME);
        List<FakeRequest> requests = bed.server.requests();
        assertTrue(requests.stream().anyMatch(request -> request.host() == FakeRequest.Host.CDN));
        for (FakeRequest request : requests) {
            assertEquals(
                    request.host() == FakeRequest.Host.HUB,
                    request.header("authorization").isPresent(),
                    request::summary);
        }
    }

    @Test
    void aGatedModelSaysWhereToAsk() {
        repository.commit(files());
        repository.gate("hf_insider");
        HubException failure = failure(NAME);
        assertEquals(Reason.ACCESS_DENIED, failure.reason());
        assertTrue(failure.getMessage().contains(bed.server.endpoint() + "/" + NAME), failure.getMessage());
        HubException refused = assertThrows(
                HubException.class,
                () -> bed.hub(bed.settings().withToken("hf_outsider")).download(NAME));
        assertEquals(Reason.ACCESS_DENIED, refused.reason());
        assertFalse(refused.getMessage().contains("hf_outsider"));
    }

    @Test
    void aBusyHubIsAskedAgain() throws IOException {
        repository.commit(files());
        bed.server.fault(
                "HEAD config.json",
                new Fault.Status(503),
                new Fault.Hangup(),
                new Fault.Status(429, Map.of("Retry-After", "0")));
        bed.server.fault("GET model.safetensors", new Fault.Status(500));
        bed.server.fault("CDN model.safetensors", new Fault.Status(403), new Fault.Hangup());
        bed.hub().download(NAME);
        // The JDK's client asks again by itself where a connection is closed before it answers.
        assertEquals(4, bed.warnings.size(), bed.warnings::toString);
    }

    @Test
    void aHubThatStaysBusyIsGivenUp() {
        repository.commit(files());
        bed.server.fault(
                "HEAD config.json",
                Collections.nCopies(20, new Fault.Status(502)).toArray(Fault[]::new));
        HubException failure = failure(NAME);
        assertEquals(Reason.UNREACHABLE, failure.reason());
        assertTrue(failure.getMessage().contains("502"), failure.getMessage());
        assertTrue(failure.getMessage().contains("tried 5 times"), failure.getMessage());
    }

    @Test
    void aHubThatWantsToBeLeftAloneForLongIsGivenUpAtOnce() {
        repository.commit(files());
        bed.server.fault("HEAD config.json", new Fault.Status(429, Map.of("Retry-After", "3600")));
        HubException failure = failure(NAME);
        assertTrue(failure.getMessage().contains("3600 s"), failure.getMessage());
    }

    @Test
    void whenTheHubIsAwayTheCacheServes() throws IOException {
        repository.commit(files());
        bed.hub().download(NAME);
        bed.server.fault("HEAD config.json", new Fault.Status(503));
        assertTrue(bed.hub().download(NAME).exists("model.safetensors"));
        assertTrue(bed.warnings.getLast().contains("using what the cache has"), bed.warnings::toString);
        bed.server.close();
        assertTrue(bed.hub().download(NAME).exists("model.safetensors"));
        int before = bed.warnings.size();
        assertEquals(Reason.UNREACHABLE, failure("someone/else").reason());
        assertEquals(before, bed.warnings.size(), "without a network nobody has to wait for the failure");
    }

    @Test
    void whatTheHubForgotTheCacheDoesNotGiveAway() throws IOException {
        repository.commit(files());
        bed.hub().download(NAME);
        repository.hide("hf_secret");
        assertEquals(Reason.MODEL_NOT_FOUND, failure(NAME).reason());
    }

    @Test
    void withoutLinksTheFilesThemselvesLieInTheSnapshot() throws IOException {
        String commit = repository.commit(files());
        HubSettings settings = HubSettings.fromEnvironment(
                Map.of(
                        "HF_HUB_CACHE", bed.cache.toString(),
                        "HF_ENDPOINT", bed.server.endpoint().toString(),
                        "HF_HUB_DISABLE_SYMLINKS", "yes"),
                folder);
        bed.hub(settings).download(NAME);
        Path snapshot = bed.repository().resolve("snapshots").resolve(commit);
        assertFalse(Files.isSymbolicLink(snapshot.resolve("model.safetensors")));
        assertEquals(WANTED, snapshot(snapshot).keySet());
        bed.requests();
        bed.hub(settings).download(NAME + "@" + commit);
        assertEquals(List.of(), bed.requests());
    }

    @Test
    void threadsThatWantTheSameModelFetchItOnce() throws Exception {
        repository.commit(files());
        bed.server.throttle(2_000_000);
        List<Callable<ModelFiles>> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tasks.add(() -> bed.hub().download(NAME));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<ModelFiles> future : threads.invokeAll(tasks)) {
                assertTrue(future.get().exists("model.safetensors"));
            }
        }
        assertEquals(
                1,
                bed.requests().stream().filter("CDN model.safetensors"::equals).count());
        assertEquals(List.of(), bed.leftovers());
    }

    @Test
    void aReadOnlyCacheThatIsFullServes() throws IOException {
        repository.commit(files());
        bed.hub().download(NAME);
        Files.delete(bed.repository().resolve("refs/main"));
        Path refs = bed.repository().resolve("refs");
        assertTrue(refs.toFile().setWritable(false));
        try {
            assertTrue(bed.hub().download(NAME).exists("model.safetensors"));
        } finally {
            assertTrue(refs.toFile().setWritable(true));
        }
    }

    @Test
    void aCacheThatCannotBeMadeSaysHowToNameAnother() throws IOException {
        repository.commit(files());
        Files.writeString(bed.cache, "a file where the cache should be");
        IOException failure = assertThrows(IOException.class, () -> bed.hub().download(NAME));
        for (String part : List.of("cannot be made", "HF_HUB_CACHE", "HF_HOME", bed.cache.toString())) {
            assertTrue(failure.getMessage().contains(part), failure.getMessage());
        }
    }

    @Test
    void whereNoLockCanBeMadeItGoesWithoutOne() throws IOException {
        repository.commit(files());
        Files.createDirectories(bed.cache);
        Files.writeString(bed.cache.resolve(".locks"), "a file where the folder of locks should be");
        assertTrue(bed.hub().download(NAME).exists("model.safetensors"));
        assertEquals(List.of(), bed.leftovers());
    }
}
