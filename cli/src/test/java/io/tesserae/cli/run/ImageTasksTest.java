package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures on the command line. */
class ImageTasksTest {

    private static final Path IMAGES = Run.FIXTURES.resolve("images");
    private static final String SHIP =
            Path.of("..", "docs", "images", "ship.jpg").toString();
    private static final String SHAPES = IMAGES.resolve("shapes.png").toString();

    @Test
    void theFirstPictureOfAll() {
        Run run = Run.of("run", "image-classification", SHIP);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("ship 0.9742  " + SHIP + "\n", run.out());
        assertEquals("", run.err());
    }

    @Test
    void jsonIsAnObjectAndWithTopKAnArray() {
        JsonObject one = JsonParser.parseString(Run.of("run", "image-classification", "--output", "json", SHIP)
                        .out())
                .getAsJsonObject();
        assertEquals(List.of("label", "score", "image"), List.copyOf(one.keySet()));
        assertEquals(SHIP, one.get("image").getAsString());
        assertEquals("ship", one.get("label").getAsString());
        for (String topK : List.of("1", "3", "99", "all")) {
            Run several = Run.of("run", "image-classification", "--output", "json", "--top-k", topK, SHIP);
            JsonArray labels = JsonParser.parseString(several.out()).getAsJsonArray();
            assertEquals(topK.length() == 1 ? Integer.parseInt(topK) : 10, labels.size());
            assertEquals(one, labels.get(0));
        }
    }

    @Test
    void aFolderAPatternAndAListAreTheSamePictures(@TempDir Path folder) throws IOException {
        List<String> files;
        try (Stream<Path> found = Files.list(IMAGES)) {
            files = found.map(Path::toString).sorted().toList();
        }
        String[] named = Stream.concat(Stream.of("run", "image-classification"), files.stream())
                .toArray(String[]::new);
        Run expected = Run.of(named);
        assertEquals(10, expected.lines().size(), expected.err());
        assertEquals(expected, Run.of("run", "image-classification", IMAGES.toString()));
        assertEquals(expected, Run.of("run", "image-classification", IMAGES + "/*"));
        assertEquals(
                expected,
                Run.of(
                        "run",
                        "image-classification",
                        Run.FIXTURES.getParent() + "/**/fixtures/images/*",
                        "--batch-size",
                        "3"));
        Path list = Files.writeString(folder.resolve("list.txt"), String.join("\n", files) + "\n");
        assertEquals(expected, Run.of("run", "image-classification", "--input", list.toString()));
        String lines = String.join(
                "\n",
                files.stream().map(file -> "{\"image\": \"" + file + "\"}").toList());
        assertEquals(expected, Run.withInput(lines, "run", "image-classification", "--input", "-"));

        Path other = Files.createDirectory(folder.resolve("others"));
        Files.writeString(other.resolve("notes.txt"), "no picture");
        Files.copy(Path.of(SHAPES), other.resolve("UPPER.PNG"));
        assertEquals(
                1,
                Run.of("run", "image-classification", other.toString()).lines().size());
    }

    @Test
    void aPictureMayStandInTheLineItself() throws IOException {
        String data =
                "data:image/png;base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(SHAPES)));
        Run run = Run.withInput(
                "\"" + data + "\"\n{\"image\": \"" + SHAPES + "\"}\n",
                "run",
                "image-classification",
                "--output",
                "json",
                "--input",
                "-");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                run.lines().get(0).replace("standard input: line 1", SHAPES),
                run.lines().get(1));
    }

    @Test
    void aPictureMayBeStandardInput() throws IOException {
        byte[] ship = Files.readAllBytes(Path.of(SHIP));
        String answer = Run.of("run", "image-classification", SHIP).out();
        String piped = answer.replace(SHIP, "standard input");
        assertEquals(new Run(0, piped, ""), Run.withInput(ship, "run", "image-classification", "-"));
        assertEquals(new Run(0, piped, ""), Run.withInput(ship, "run", "image-classification"));
        String shapes = Run.of("run", "image-classification", SHAPES).out();
        assertEquals(
                new Run(0, shapes + piped + shapes, ""),
                Run.withInput(ship, "run", "image-classification", SHAPES, "-", SHAPES));
        Run names = Run.withInput(SHIP + "\n", "run", "image-classification", "-");
        assertEquals(1, names.exitCode());
        assertOneLine(names, "--input -");
        Run twice = Run.withInput(ship, "run", "image-classification", "-", "-");
        assertEquals(2, twice.exitCode());
        Run skipped = Run.withInput("text", "run", "image-classification", "--on-error", "skip", SHAPES, "-");
        assertEquals(3, skipped.exitCode());
        assertEquals(shapes, skipped.out());
    }

    @Test
    void aPictureThatIsMissingIsNoText(@TempDir Path folder) {
        for (String missing : List.of("cat.jpg", "my cat.PNG", "pictures/", "pictures/*")) {
            Run run = Run.of("run", "attention-map", "--output-dir", folder.toString(), missing);
            assertEquals(1, run.exitCode(), run.out());
            assertEquals("", run.out());
            assertOneLine(run, missing.replaceFirst("/$", ""));
        }
        String texts = Run.fixture("distilbert-sst2");
        Run named = Run.of("run", "attention-map", "--model", texts, "--output-dir", folder.toString(), "cat.jpg");
        assertEquals(1, named.exitCode());
        assertOneLine(named, "cat.jpg: there is no such file");
        Run words = Run.of(
                "run",
                "attention-map",
                "--model",
                texts,
                "--output-dir",
                folder.toString(),
                "Look at cat.jpg",
                "and/or");
        assertEquals(0, words.exitCode(), words.err());
    }

    @Test
    void whatStoodBeforeABrokenPictureIsAnswered(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("text.jpg"), "This is no picture.\n");
        Run run = Run.of("run", "image-classification", SHAPES, SHIP, text.toString(), SHAPES);
        assertEquals(1, run.exitCode());
        assertEquals(2, run.lines().size());
        assertOneLine(run, "text.jpg");
    }

    @Test
    void brokenInputIsOneLine(@TempDir Path folder) throws IOException {
        byte[] ship = Files.readAllBytes(Path.of(SHIP));
        Path truncated = Files.write(folder.resolve("truncated.jpg"), Arrays.copyOf(ship, ship.length / 2));
        Path empty = Files.write(folder.resolve("empty.png"), new byte[0]);
        Path nothing = Files.createDirectory(folder.resolve("nothing"));
        for (Path path : List.of(truncated, empty, nothing, folder.resolve("missing.png"), folder.resolve("*.gif"))) {
            Run run = Run.of("run", "image-classification", path.toString());
            assertEquals(1, run.exitCode(), run.err());
            assertEquals("", run.out());
            assertOneLine(run, path.getFileName().toString());
        }
        for (String line : List.of(
                "",
                "https://example.org/cat.jpg",
                "data:image/png,abc",
                "data:image/png;base64,!!!",
                "\"data:image/png;base64,AAAA\"",
                "{\"image\": 1}",
                "{\"text\": \"a\"}",
                "{\"image\": \"" + SHAPES + "\", \"text\": \"a\"}",
                "{}",
                folder.toString())) {
            Run run = Run.withInput(line + "\n", "run", "image-classification", "--input", "-");
            assertEquals(1, run.exitCode(), line + ": " + run.err());
            assertEquals("", run.out());
            assertOneLine(run, "");
        }
    }

    @Test
    void features() {
        String model = Run.fixture("vit-base");
        Run text = Run.of("run", "image-feature-extraction", "--model", model, SHAPES);
        assertTrue(text.out().startsWith("17 x 24: "), text.out() + text.err());
        Run json = Run.of("run", "image-feature-extraction", "--model", model, "--output", "json", SHAPES);
        JsonArray batch = JsonParser.parseString(json.out()).getAsJsonArray();
        assertEquals(1, batch.size());
        assertEquals(17, batch.get(0).getAsJsonArray().size());
        assertEquals(24, batch.get(0).getAsJsonArray().get(16).getAsJsonArray().size());
        Run pooled = Run.of("run", "image-feature-extraction", "--model", model, "--output", "json", "--pool", SHAPES);
        JsonArray rows = JsonParser.parseString(pooled.out()).getAsJsonArray();
        assertEquals(1, rows.size());
        assertEquals(24, rows.get(0).getAsJsonArray().size());

        Run none = Run.of("run", "image-feature-extraction", "--pool", SHAPES);
        assertEquals(1, none.exitCode());
        assertOneLine(none, "no pooler");
        Run skipping = Run.of("run", "image-feature-extraction", "--pool", "--on-error", "skip", SHAPES, SHAPES);
        assertEquals(1, skipping.exitCode());
        assertEquals(none.err(), skipping.err().replaceFirst("argument 1: ", ""));
        assertOneLine(skipping, "no pooler");
    }

    @Test
    void attentionMapsOfPictures(@TempDir Path folder) throws IOException {
        Path out = folder.resolve("maps");
        Run alone = Run.of("run", "attention-map", SHIP, "--output-dir", out.toString(), "--layer", "3");
        assertEquals(0, alone.exitCode(), alone.err());
        assertEquals(out.resolve("contact-sheet.png").toString(), alone.lines().getFirst());
        for (String file : alone.lines()) {
            assertTrue(Files.size(Path.of(file)) > 1000, file);
        }
        assertEquals(
                4,
                alone.lines().stream().filter(file -> file.contains("/head-")).count());

        Run several = Run.of(
                "run",
                "attention-map",
                SHAPES,
                IMAGES.resolve("shapes.jpg").toString(),
                "--image-size",
                "64",
                "--output",
                "json",
                "--output-dir",
                out.toString());
        assertEquals(0, several.exitCode(), several.err());
        assertEquals(2, several.lines().size());
        assertTrue(Files.exists(out.resolve("shapes").resolve("rollout.png")));
        assertTrue(Files.exists(out.resolve("shapes-2").resolve("rollout.png")));
        assertEquals(
                SHAPES,
                JsonParser.parseString(several.lines().getFirst())
                        .getAsJsonObject()
                        .get("image")
                        .getAsString());
    }

    @Test
    void attentionPagesOfTexts(@TempDir Path folder) throws IOException {
        Run run =
                Run.of("run", "attention-map", "--output-dir", folder.toString(), "A dull film.", "</script><b>", "?!");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                List.of("a-dull-film.html", "script-b.html", "text.html"),
                run.lines().stream()
                        .map(file -> Path.of(file).getFileName().toString())
                        .toList());
        assertTrue(Files.readString(Path.of(run.lines().getFirst())).contains("dull"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run attention-map x.png",
                "run attention-map --output-dir d",
                "run attention-map --output-dir d --input -",
                "run attention-map --output-dir d --image-size 0 x",
                "run attention-map --output-dir d --mass 0 x",
                "run attention-map --output-dir d --mass 1.5 x",
                "run attention-map --output-dir d --layer 1 no-such-file-so-a-text",
                "run attention-map --output-dir d --top-k 1 x",
                "run image-classification",
                "run image-classification --pool x",
                "run image-classification --output-dir d x",
                "run image-feature-extraction --top-k 1 x",
                "run sentiment-analysis --image-size 32 x",
            })
    void badUsageIsOneLineWithAHint(String arguments) {
        Run run = Run.of(arguments.split(" "));
        assertEquals(2, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().matches("(?s)tesserae.*: .+ \\(try 'tesserae.* --help'\\)\n"), run.err());
    }

    @Test
    void aModelOfTheOtherKindIsRefusedByName() {
        Run textModel = Run.of("run", "image-classification", "--model", Run.fixture("distilbert-sst2"), SHAPES);
        assertEquals(1, textModel.exitCode());
        assertOneLine(textModel, "distilbert-sst2");
        Run imageModel = Run.of("run", "text-classification", "--model", Run.fixture("vit-classify"), "A text.");
        assertEquals(1, imageModel.exitCode());
        assertOneLine(imageModel, "vit-classify");
        Run map =
                Run.of("run", "attention-map", "--model", Run.fixture("distilbert-sst2"), "--output-dir", "d", SHAPES);
        assertEquals(1, map.exitCode());
        assertOneLine(map, "takes texts");
        Run layer = Run.of(
                "run",
                "attention-map",
                "--model",
                Run.fixture("vit-classify"),
                "--layer",
                "3",
                "--output-dir",
                "d",
                SHAPES);
        assertEquals(1, layer.exitCode());
        assertOneLine(layer, "--layer");
    }

    private static void assertOneLine(Run run, String named) {
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("tesserae: ") && run.err().contains(named), run.err());
        assertTrue(!run.err().contains("internal error"), run.err());
    }

    @Test
    void labelsOfPicturesComeFromTheCommandOrFromTheLine() {
        String[] alone = {
            "run",
            "zero-shot-image-classification",
            "--model",
            Run.fixture("clip/pipeline"),
            "--labels",
            "a ship, a cat"
        };
        String first = Run.of(append(alone, SHIP)).out();
        String second =
                Run.of(append(alone, "--hypothesis-template", "{}!", SHAPES)).out();
        alone[5] = "a dog";
        String third = Run.of(append(alone, SHIP)).out();
        Run run = Run.withInput(
                "{\"image\": \"%s\", \"candidate_labels\": [\"a ship\", \"a cat\"]}\n".formatted(SHIP)
                        + "{\"image\": \"%s\", \"candidate_labels\": \"a ship ,a cat\"".formatted(SHAPES)
                        + ", \"hypothesis_template\": \"{}!\"}\n"
                        + "{\"image\": \"%s\", \"candidate_labels\": null}\n%s\n".formatted(SHIP, SHIP)
                        + "{\"image\": \"%s\", \"candidate_labels\": [\"a ship\", \"a cat\"]}\n".formatted(SHIP),
                append(alone, "--batch-size", "5", "--input", "-"));
        assertEquals(new Run(0, first + second + third + third + first, ""), run);
    }

    private static String[] append(String[] arguments, String... more) {
        return Stream.of(arguments, more).flatMap(Arrays::stream).toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"image\": \"x.png\"}",
                "x.png",
                "{\"image\": \"x.png\", \"candidate_labels\": []}",
                "{\"image\": \"x.png\", \"candidate_labels\": \" , \"}",
                "{\"image\": \"x.png\", \"candidate_labels\": [1]}",
                "{\"image\": \"x.png\", \"candidate_labels\": \"a\", \"hypothesis_template\": \"none\"}",
                "{\"image\": \"x.png\", \"candidate_labels\": \"a\", \"hypothesis_template\": 1}",
                "{\"candidate_labels\": \"a\"}",
            })
    void aLineWithoutAPictureOrLabelsIsRefused(String line) {
        Run run = Run.withInput(
                line, "run", "zero-shot-image-classification", "--model", Run.fixture("clip/pipeline"), "--input", "-");
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().matches("tesserae: standard input: line 1: .+\n"), run.err());
    }
}
