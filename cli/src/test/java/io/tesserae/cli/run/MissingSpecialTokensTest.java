package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokenizers that lack a special token, or put none around a text: an answer, or one line that says why there is none. */
class MissingSpecialTokensTest {

    private static final List<String> ROLES =
            List.of("unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "all of them");

    @TempDir
    private Path folder;

    static Stream<Arguments> tasks() {
        List<List<String>> tasks = List.of(
                List.of("distilbert-sst2", "text-classification"),
                List.of("distilbert-base", "feature-extraction"),
                List.of("bert-base", "feature-extraction"),
                List.of("bert-mlm", "fill-mask"),
                List.of("bert-ner", "token-classification"),
                List.of("distilbert-squad", "question-answering", "--context", "Joe lived in Oslo."),
                List.of("distilbert-mnli", "zero-shot-classification", "--labels", "film,food"),
                List.of("distilbert-regression", "text-ranking", "--query", "a film"),
                List.of("sentence-embedding", "sentence-embedding"),
                List.of("sentence-embedding", "sentence-embedding", "--prompt-text", "query: "));
        return tasks.stream()
                .flatMap(task -> ROLES.stream()
                        .flatMap(role -> Stream.of(true, false)
                                .filter(template -> template || role.equals(ROLES.getLast()))
                                .map(template -> Arguments.of(task, role, template))));
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void anAnswerOrOneLine(List<String> task, String role, boolean template) throws IOException {
        withoutToken(task.getFirst(), role, template);
        Run run = Run.of(Stream.of(
                        Stream.of("run", task.get(1), "--model", folder.toString()),
                        task.stream().skip(2),
                        Stream.of("--on-error", "skip", "the [MASK] actors", "", "\uFFFF zzz"))
                .flatMap(part -> part)
                .toArray(String[]::new));
        assertTrue(Set.of(0, 1, 3).contains(run.exitCode()), run.err());
        assertFalse(run.err().contains("internal error"), run.err());
        assertFalse(run.err().contains("Exception"), run.err());
        assertTrue(run.exitCode() == 0 || run.err().lines().allMatch(line -> line.startsWith("tesserae: ")), run.err());
        if (run.exitCode() == 1) {
            assertEquals(1, run.err().lines().count(), run.err());
        }
        if (task.contains("fill-mask") && !role.matches("unk.*|sep.*|pad.*|cls.*")) {
            assertEquals(1, run.exitCode(), run.out());
            assertTrue(run.err().contains("mask_token: expected the token that stands for a hidden word"), run.err());
        }
    }

    /** The fixture with a literal tokenizer in which one token, or each, has no role; and none around a text where there is no template. */
    private void withoutToken(String fixture, String role, boolean template) throws IOException {
        Path source = Path.of(Run.fixture(fixture));
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Files.deleteIfExists(folder.resolve("special_tokens_map.json"));
        Path configFile = folder.resolve("tokenizer_config.json");
        JsonObject config = Files.exists(configFile) ? read(configFile) : new JsonObject();
        config.addProperty("tokenizer_class", "PreTrainedTokenizerFast");
        config.remove("added_tokens_decoder");
        for (String each : ROLES.subList(0, 5)) {
            if (each.equals(role) || role.equals(ROLES.getLast())) {
                config.add(each, JsonNull.INSTANCE);
            }
        }
        Files.writeString(configFile, config.toString());
        JsonObject tokenizer = read(folder.resolve("tokenizer.json"));
        if (role.equals(ROLES.getLast())) {
            tokenizer.add("added_tokens", new JsonArray());
        }
        if (!template) {
            tokenizer.add("post_processor", JsonNull.INSTANCE);
        }
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
    }

    private static JsonObject read(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }
}
