package io.tesserae.cli.run.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.examples.generalist.Environments;
import io.tesserae.examples.generalist.Episode;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tesserae run agent}, with models of random weights: what they do is of no use, and always the same. */
class AgentTaskTest {

    private static final Map<String, String> WATCHED = Map.of("HF_HUB_OFFLINE", "1");

    private static String everything; // a model that takes what every environment shows
    private static String small; // one that takes less than the grid world shows

    @TempDir
    private Path folder;

    @BeforeAll
    static void unpack() {
        everything = Run.fixture("jat/atari");
        small = Run.fixture("jat/grid");
    }

    private static String[] arguments(String model, String environments, String... more) {
        return Stream.concat(
                        Stream.of("run", "agent", "--model", model, "--environment", environments), Stream.of(more))
                .toArray(String[]::new);
    }

    private static Run play(String environments, String... more) {
        return Run.of(arguments(everything, environments, more));
    }

    private static List<JsonObject> episodes(Run run) {
        assertEquals(0, run.exitCode(), run.err());
        return run.lines().stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    @Test
    void aLineForEachEnvironment() {
        Run run = play("cart-pole,pendulum,grid-world", "--episodes", "3");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.err());
        assertEquals(4, run.lines().size(), run.out());
        assertEquals(
                List.of("environment", "episodes", "return", "random", "expert", "share"),
                List.of(run.lines().getFirst().split(" +")));
        for (int i = 0; i < 3; i++) {
            String line = run.lines().get(i + 1);
            assertTrue(
                    line.matches(
                            Environments.names().get(i) + " +3 +\\S+ ± \\S+ +\\S+ ± \\S+ +\\S+ ± \\S+ +-?[0-9.]+ %"),
                    line);
        }
        assertTrue(run.lines().get(1).contains(" 500.00 ± 0.00 "), run.out());
        assertFalse(play("pendulum", "--episodes", "1").out().contains("±"), "one episode has no deviation");
    }

    /** The references' returns are those of the same seeds, and the means on standard error are of these lines. */
    @Test
    void jsonIsALineForEachEpisode() {
        Run run = play("pendulum", "--episodes", "3", "--seed", "7", "--output", "json");
        List<JsonObject> lines = episodes(run);
        assertEquals(3, lines.size());
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            JsonObject line = lines.get(i);
            assertEquals(
                    List.of("environment", "seed", "return", "steps", "expert_return", "random_return"),
                    List.copyOf(line.keySet()));
            assertEquals("pendulum", line.get("environment").getAsString());
            assertEquals(7 + i, line.get("seed").getAsLong());
            assertEquals(200, line.get("steps").getAsInt());
            assertEquals(
                    Episode.ofExpert(Environments.named("pendulum"), 7 + i).totalReward(),
                    line.get("expert_return").getAsDouble());
            assertEquals(
                    Episode.ofRandom(Environments.named("pendulum"), 7 + i).totalReward(),
                    line.get("random_return").getAsDouble());
            sum += line.get("return").getAsDouble();
        }
        String mean = String.format(Locale.ROOT, "%.2f ± ", sum / 3);
        assertTrue(run.err().startsWith("tesserae: pendulum: return " + mean), run.err());
        assertEquals(1, run.err().lines().count());
        Run quiet = play("pendulum", "--episodes", "3", "--seed", "7", "--output", "json", "--quiet");
        assertEquals(new Run(0, run.out(), ""), quiet);
    }

    @Test
    void seedsBeginWhereTrainingDoesNot() {
        List<Long> seeds = episodes(play("cart-pole", "--episodes", "2", "--output", "json")).stream()
                .map(line -> line.get("seed").getAsLong())
                .toList();
        assertEquals(List.of(1_000_000L, 1_000_001L), seeds);
    }

    /** More than are played at once, with actions that are drawn: each is what it is alone, on whatever threads. */
    @Test
    void anEpisodeIsTheSameInEveryCompany() {
        String[] many = {"--sample", "--episodes", "70", "--output", "json", "--seed", "5"};
        Run together = play("cart-pole", many);
        List<JsonObject> lines = episodes(together);
        assertEquals(LongStream.range(5, 75).boxed().toList(), seeds(lines));
        assertEquals(together, play("cart-pole", many));
        for (int i : new int[] {0, 1, 63, 64, 69}) {
            String seed = Integer.toString(5 + i);
            Run alone = play(
                    "cart-pole", "--sample", "--episodes", "1", "--seed", seed, "--output", "json", "--threads", "1");
            assertEquals(List.of(lines.get(i)), episodes(alone));
        }
        assertTrue(lines.stream().map(line -> line.get("steps")).distinct().count() > 5, "episodes differ");
    }

    private static List<Long> seeds(List<JsonObject> lines) {
        return lines.stream().map(line -> line.get("seed").getAsLong()).toList();
    }

    @Test
    void theLikeliestActionIsTheDefault() {
        Run likeliest = play("cart-pole", "--output", "json");
        assertEquals(likeliest, play("cart-pole", "--output", "json", "--deterministic"));
        assertNotEquals(
                likeliest.out(),
                play("cart-pole", "--output", "json", "--sample").out());
        Run numbers = play("pendulum", "--output", "json", "--episodes", "2");
        assertEquals(numbers, play("pendulum", "--output", "json", "--episodes", "2", "--sample"));
    }

    @Test
    void howMuchIsRememberedMatters() {
        Run all = play("pendulum", "--output", "json", "--episodes", "2");
        Run little = play("pendulum", "--output", "json", "--episodes", "2", "--context-window", "2");
        assertEquals(2, episodes(little).size());
        assertNotEquals(all.out(), little.out());
        Run more = play("pendulum", "--output", "json", "--episodes", "2", "--context-window", "1000000");
        assertEquals(all, more, "no more than there are positions for");
    }

    /** A picture of the start, and one of what each step makes of it. */
    @Test
    void theFirstEpisodeIsDrawn() throws IOException {
        Path file = Files.writeString(folder.resolve("first.gif"), "something older");
        Run run = play("cart-pole", "--episodes", "3", "--output", "json", "--record", file.toString());
        int steps = episodes(run).getFirst().get("steps").getAsInt();
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
            reader.setInput(stream);
            assertEquals(steps + 1, reader.getNumImages(true));
            assertEquals(320, reader.read(0).getWidth());
            assertEquals(240, reader.read(steps).getHeight());
        } finally {
            reader.dispose();
        }
        assertEquals(List.of(file), files(folder));
    }

    @Test
    void aFilmShowsWhatWasDone() {
        PlayedEpisode played = expertEpisode();
        Film film = new Film(played);
        assertEquals(played.actions().size() + 1, film.size());
        int last = film.size() - 1;
        var start = pixels(film, 0);
        var end = pixels(film, last);
        assertFalse(Arrays.equals(start, end));
        assertTrue(Arrays.equals(start, pixels(film, 0)), "backwards too");
        assertTrue(Arrays.equals(end, pixels(new Film(played), last)));
    }

    private static int[] pixels(Film film, int index) {
        var picture = film.get(index);
        return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    }

    private static PlayedEpisode expertEpisode() {
        Episode episode = Episode.ofExpert(Environments.named("grid-world"), 3);
        return new PlayedEpisode("grid-world", 3, episode.actions(), episode.totalReward());
    }

    @Test
    void theExpertHasGoneAllTheWayAndChanceNone() {
        Score expert = new Score("pendulum");
        Score random = new Score("pendulum");
        Score nowhere = new Score("pendulum");
        for (int i = 0; i < 2; i++) {
            expert.add(new ComparedEpisode(new PlayedEpisode("pendulum", i, List.of(), -100 + i), -100 + i, -900));
            random.add(new ComparedEpisode(new PlayedEpisode("pendulum", i, List.of(), -900), -100 + i, -900));
            nowhere.add(new ComparedEpisode(new PlayedEpisode("pendulum", i, List.of(), 1), 2, 2));
        }
        assertEquals(
                "pendulum: return -99.50 ± 0.50, random -900.00 ± 0.00, expert -99.50 ± 0.50, share 100.0 %",
                expert.line());
        assertEquals("0.0 %", random.row()[5]);
        assertEquals("-", nowhere.row()[5]);
    }

    @Test
    void whoWatchesSeesTheOnlyEpisode() {
        String[] one = arguments(everything, "cart-pole", "--episodes", "1");
        Run piped = Run.of(one);
        assertEquals("", piped.err());
        Run watched = Run.watched(WATCHED, one);
        assertEquals(piped.out(), watched.out());
        assertTrue(watched.err().contains("step 0, cart at "), watched.err());
        assertTrue(watched.err().contains("\u001b[7A"), "over what was drawn before: " + watched.err());
        assertFalse(Run.watched(WATCHED, arguments(everything, "cart-pole", "--episodes", "1", "--no-live"))
                .err()
                .contains("cart at"));
        assertEquals(
                "",
                Run.watched(WATCHED, arguments(everything, "cart-pole", "--episodes", "1", "--quiet"))
                        .err());
    }

    @Test
    void ofManyEpisodesWhoWatchesSeesABar() {
        Run bar = Run.watched(WATCHED, arguments(everything, "cart-pole", "--episodes", "2"));
        assertTrue(bar.err().contains("cart-pole 100%"), bar.err());
        assertFalse(bar.err().contains("cart at"), bar.err());
        Run live = Run.watched(WATCHED, arguments(everything, "cart-pole", "--episodes", "2", "--live"));
        assertTrue(live.err().contains("step 0, cart at "), live.err());
        assertFalse(live.err().contains("100%"), live.err());
        assertEquals(bar.out(), live.out());
        Run piped = play("cart-pole", "--episodes", "2", "--live");
        assertEquals(
                new Run(0, bar.out(), "tesserae: warning: --live shows nothing, since standard error is no terminal\n"),
                piped);
    }

    @Test
    void whatAModelCannotPlayIsRefused() {
        assertMistake(
                1,
                "the model cannot play grid-world: expected 12 whole numbers beside the text, since the model takes 76",
                Run.of(arguments(small, "cart-pole,grid-world")));
        assertEquals(
                0,
                Run.of(arguments(small, "cart-pole,pendulum", "--episodes", "1"))
                        .exitCode());
    }

    @ParameterizedTest
    @CsvSource({"distilbert-sst2, distilbert", "vit-classify, vit"})
    void aModelThatDoesNotActIsRefused(String fixture, String type) {
        Run run = Run.of(arguments(Run.fixture(fixture), "cart-pole"));
        assertMistake(1, "jat", run);
        assertTrue(run.err().contains(type), run.err());
    }

    @Test
    void anArchitectureThatLooksUpItsActionsIsRefused() throws IOException {
        Path copy = copy(small);
        Path config = copy.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("JatModel", "JatRegentModel"));
        assertMistake(1, "architectures: expected JatModel", Run.of(arguments(copy.toString(), "cart-pole")));
    }

    /** Finite weights that make numbers beyond float32: nothing pretends to have played. */
    @Test
    void aModelWhoseNumbersAreNoneDoesNotPlay() throws IOException {
        Path copy = copy(small);
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(Path.of(small, "model.safetensors"))) {
            for (String name : file.names()) {
                int[] shape = Arrays.stream(file.shape(name))
                        .mapToInt(Math::toIntExact)
                        .toArray();
                Tensor tensor = Tensor.zeros(shape);
                file.read(name, 0, tensor.data(), 0, tensor.size());
                if (name.contains("continuous")) {
                    Arrays.fill(tensor.data(), 3e38f);
                }
                writer.add(name, tensor);
            }
        }
        writer.write(copy.resolve("model.safetensors"));
        Path record = folder.resolve("x.gif");
        Run run = Run.of(arguments(copy.toString(), "pendulum", "--record", record.toString()));
        assertMistake(1, "the model cannot play pendulum: the model predicts NaN or infinity", run);
        assertFalse(Files.exists(record));
    }

    private Path copy(String checkpoint) throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        for (Path file : files(Path.of(checkpoint))) {
            Files.copy(file, copy.resolve(file.getFileName()));
        }
        return copy;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void mistakesAreOneLine() {
        String record = folder.resolve("none").resolve("x.gif").toString();
        assertMistake(
                2,
                "nothing to play: give --environment NAME; environments are cart-pole, pendulum, grid-world",
                Run.of("run", "agent", "--model", everything));
        assertMistake(2, "expected one of cart-pole, pendulum, grid-world, found 'cartpole'", play("cartpole"));
        assertMistake(2, "'an input'", play("cart-pole", "an input"));
        assertMistake(2, "--input belongs to every other task, not to agent", play("cart-pole", "--input", "x"));
        assertMistake(2, "give --deterministic or --sample", play("cart-pole", "--sample", "--deterministic"));
        assertMistake(2, "one environment; found 2", play("cart-pole,pendulum", "--record", record));
        assertMistake(2, "expected a whole number from 1 to 1000000, found '0'", play("cart-pole", "--episodes", "0"));
        assertMistake(2, "expected a whole number from 0 to ", play("cart-pole", "--seed=-1"));
        assertMistake(2, "expected a whole number, 1 or more", play("cart-pole", "--context-window", "0"));
        assertMistake(2, "--temperature is for --sample", play("cart-pole", "--temperature", "0.5"));
        assertMistake(
                2,
                "temperature: expected more than 0, found -1.0",
                play("cart-pole", "--sample", "--temperature", "-1"));
        assertMistake(2, "written as text or json", play("cart-pole", "--output", "csv"));
        assertMistake(1, "x.gif: there is no folder ", play("cart-pole", "--record", record));
        assertMistake(1, "is a folder; expected a file", play("cart-pole", "--record", folder.toString()));
        assertMistake(1, "no folder './nowhere'", Run.of(arguments("./nowhere", "cart-pole")));
    }

    private static void assertMistake(int exitCode, String message, Run run) {
        assertEquals(exitCode, run.exitCode(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(message), run.err());
        assertEquals("", run.out());
    }
}
