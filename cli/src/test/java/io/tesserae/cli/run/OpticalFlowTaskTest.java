package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.generated.GeneratedPicture;
import io.tesserae.generated.RandomFlowModel;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.pipelines.flow.FlowFiles;
import io.tesserae.pipelines.flow.OpticalFlow;
import io.tesserae.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tesserae run optical-flow}, and {@code forward} with its model. */
class OpticalFlowTaskTest {

    @TempDir
    private static Path folder;

    private static String model; // of pictures of 14 x 10
    private static String first;
    private static String second;

    @BeforeAll
    static void writeFiles() throws IOException {
        model = new RandomFlowModel(10, 14).write(folder.resolve("model")).toString();
        first = write("first.png", GeneratedPicture.of(0, 3, 25, 19));
        second = write("second.png", GeneratedPicture.of(2, 4, 25, 19));
    }

    private static String write(String name, RgbImage picture) throws IOException {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                int rgb = picture.get(x, y, 0) << 16 | picture.get(x, y, 1) << 8 | picture.get(x, y, 2);
                image.setRGB(x, y, rgb);
            }
        }
        Path file = folder.resolve(name);
        assertTrue(ImageIO.write(image, "png", file.toFile()));
        return file.toString();
    }

    private static Run run(Path output, String... more) {
        return Run.of(arguments(output, more));
    }

    private static String[] arguments(Path output, String... more) {
        return Stream.concat(
                        Stream.of("run", "optical-flow", "--model", model, "--output-dir", output.toString()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void aPairBecomesThreeFiles(@TempDir Path out) throws IOException {
        Path output = out.resolve("new").resolve("flow");
        Run run = run(output, first, second);
        assertEquals("", run.err());
        assertEquals(0, run.exitCode());
        List<String> files = Stream.of("first.flo", "first.npy", "first.png")
                .map(name -> output.resolve(name).toString())
                .toList();
        assertEquals(files, run.lines());
        OpticalFlow flow = FlowFiles.readFlo(Path.of(files.getFirst()));
        assertEquals("Tensor[19, 25, 2]", flow.flow().toString());
        assertTrue(flow.magnitudes().largest() > 0);
        assertEquals(19 * 25 * 2 * Float.BYTES + 128, Files.size(Path.of(files.get(1))));
        RgbImage picture = ImageFiles.read(Path.of(files.get(2)));
        assertEquals("25 x 19", picture.width() + " x " + picture.height());
        Run legend = run(out, "--legend", first, second);
        assertEquals(0, legend.exitCode(), legend.err());
        assertArrayEquals(Files.readAllBytes(Path.of(files.getFirst())), Files.readAllBytes(out.resolve("first.flo")));
    }

    @Test
    void jsonSaysHowLargeThePictureIsAndHowFarItMoves(@TempDir Path out) throws IOException {
        Run run = run(out, "--output", "json", first, second);
        assertEquals(0, run.exitCode(), run.err());
        JsonObject line = JsonParser.parseString(run.out()).getAsJsonObject();
        assertEquals(
                List.of("image", "next_image", "files", "width", "height", "mean_magnitude", "max_magnitude"),
                List.copyOf(line.keySet()));
        assertEquals(first, line.get("image").getAsString());
        assertEquals(second, line.get("next_image").getAsString());
        assertEquals(25, line.get("width").getAsInt());
        assertEquals(19, line.get("height").getAsInt());
        OpticalFlow.Magnitudes magnitudes =
                FlowFiles.readFlo(out.resolve("first.flo")).magnitudes();
        assertEquals(magnitudes.mean(), line.get("mean_magnitude").getAsDouble());
        assertEquals(magnitudes.largest(), line.get("max_magnitude").getAsDouble());
        assertEquals(3, line.getAsJsonArray("files").size());
    }

    /** Each of them to the next; names are not used twice, and the same pair has the same bytes wherever it stands. */
    @Test
    void severalPicturesAreAFilm(@TempDir Path out) throws IOException {
        Run run = run(out, "--output", "json", "--threads", "1", first, second, first, second);
        assertEquals(0, run.exitCode(), run.err());
        List<String> names = run.lines().stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .map(line -> Path.of(line.get("image").getAsString()).getFileName() + " "
                        + Path.of(line.get("next_image").getAsString()).getFileName() + " "
                        + Path.of(line.getAsJsonArray("files").get(0).getAsString())
                                .getFileName())
                .toList();
        assertEquals(
                List.of(
                        "first.png second.png first.flo",
                        "second.png first.png second.flo",
                        "first.png second.png first-2.flo"),
                names);
        assertArrayEquals(Files.readAllBytes(out.resolve("first.flo")), Files.readAllBytes(out.resolve("first-2.flo")));
        Path film = Files.createDirectory(out.resolve("film"));
        Files.copy(Path.of(first), film.resolve("1.png"));
        Files.copy(Path.of(second), film.resolve("2.png"));
        Run ofFolder = run(out, film.toString());
        assertEquals(0, ofFolder.exitCode(), ofFolder.err());
        assertArrayEquals(Files.readAllBytes(out.resolve("first.flo")), Files.readAllBytes(out.resolve("1.flo")));
        assertEquals(run(out, film + "/*.png").out().lines().count(), 3);
    }

    @Test
    void linesHoldPairs(@TempDir Path out) throws IOException {
        String lines = "{\"image\": \"" + first + "\", \"next_image\": \"" + second + "\"}\n{\"image\": \"" + second
                + "\", \"next_image\": \"" + first + "\"}\n";
        Run run = Run.withInput(lines, arguments(out, "--input", "-"));
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(6, run.lines().size());
        assertEquals(run, Run.withInput(lines, arguments(out)));
        Path file = Files.writeString(out.resolve("pairs.jsonl"), lines);
        assertEquals(run, run(out, "--input", file.toString()));
        Run skipped = Run.withInput(
                "no object\n" + lines, arguments(out, "--input", "-", "--on-error", "skip", "--output", "json"));
        assertEquals(3, skipped.exitCode());
        assertEquals(3, skipped.lines().size());
    }

    @Test
    void mistakesAreOneLine(@TempDir Path out) throws IOException {
        String small = write("small.png", GeneratedPicture.of(0, 1, 13, 19));
        assertMistake(2, "give --output-dir DIR", Run.of("run", "optical-flow", "--model", model, first, second));
        assertMistake(
                2,
                "optical-flow has no model that comes along",
                Run.of("run", "optical-flow", "--output-dir", out.toString(), first, second));
        assertMistake(1, "first.png: one picture; expected two or more", run(out, first));
        assertMistake(
                1,
                "first.png: optical flow is between two pictures of one size, found 25 x 19 and 13 x 19 pixels",
                run(out, first, small));
        assertMistake(
                1,
                "small.png: pictures of 13 x 19 pixels are smaller than the 14 x 10 that the model takes",
                run(out, small, small));
        assertMistake(1, "missing.png: there is no such file", run(out, first, folder + "/missing.png"));
        assertMistake(1, "no file matches", run(out, folder + "/missing*.png"));
        assertMistake(1, "first.png: is no folder", run(Path.of(first), first, second));
        assertMistake(1, "overlap by 0 pixels or more", run(out, "--min-overlap", "10", first, second));
        assertMistake(2, "expected a whole number, 0 or more, found '-1'", run(out, "--min-overlap=-1", first, second));
        assertMistake(2, "'-' is standard input, and stands alone", run(out, first, "-"));
        assertMistake(
                1,
                "line 1: expected an object, {\"image\": ..., \"next_image\": ...}",
                Run.withInput(first + "\n", arguments(out, "--input", "-")));
        assertMistake(
                1,
                "line 1: expected an object with the key \"next_image\"",
                Run.withInput("{\"image\": \"" + first + "\"}\n", arguments(out, "--input", "-")));
        assertMistake(
                1,
                "model_type: expected perceiver, the family that has a decoder that follows pixels, found the string"
                        + " \"vit\"",
                Run.of(
                        "run",
                        "optical-flow",
                        "--model",
                        Run.fixture("vit-classify"),
                        "--output-dir",
                        out.toString(),
                        first,
                        second));
        try (Stream<Path> files = Files.list(out)) {
            assertEquals(0, files.count(), "nothing is written for what has no answer");
        }
    }

    private static void assertMistake(int exitCode, String message, Run run) {
        assertEquals(exitCode, run.exitCode(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(message), run.err());
        assertEquals("", run.out());
    }

    /** Finite weights that make numbers beyond float32: no file pretends that this is a flow. */
    @Test
    void aFlowThatIsNoNumberIsNotWritten(@TempDir Path out) throws IOException {
        Path broken = Files.createDirectory(out.resolve("model"));
        Files.copy(Path.of(model, "config.json"), broken.resolve("config.json"));
        SafetensorsWriter writer = new SafetensorsWriter();
        try (var file = SafetensorsFile.open(Path.of(model, "model.safetensors"))) {
            for (String name : file.names()) {
                int[] shape = Arrays.stream(file.shape(name))
                        .mapToInt(Math::toIntExact)
                        .toArray();
                Tensor tensor = Tensor.zeros(shape);
                file.read(name, 0, tensor.data(), 0, tensor.size());
                if (name.endsWith("final_layer.weight")) {
                    Arrays.fill(tensor.data(), 3e38f);
                }
                writer.add(name, tensor);
            }
        }
        writer.write(broken.resolve("model.safetensors"));
        Run run = Run.of(
                "run",
                "optical-flow",
                "--model",
                broken.toString(),
                "--output-dir",
                out.resolve("flow").toString(),
                first,
                second);
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("the model's answer is no number"), run.err());
        assertFalse(Files.exists(out.resolve("flow")));
    }

    @Test
    void whoWatchesSeesTiles(@TempDir Path out) {
        Run verbose = run(out, "--verbose", first, second);
        assertTrue(verbose.err().contains("tile 1 of "), verbose.err());
        Run watched = Run.watched(Map.of("HF_HUB_OFFLINE", "1"), arguments(out, "--min-overlap", "5", first, second));
        assertTrue(watched.err().contains("tiles"), watched.err());
        Run quiet = Run.watched(Map.of("HF_HUB_OFFLINE", "1"), arguments(out, "--quiet", first, second));
        assertEquals("", quiet.err());
    }

    @Test
    void forwardRefusesOtherFeeds(@TempDir Path out) throws IOException {
        Tensor right = new RandomFlowModel(10, 14).patches(2, 7);
        Path feed = out.resolve("feed.safetensors");
        new SafetensorsWriter().add("inputs", right).write(feed);
        Run run = forward(feed, out.resolve("out.safetensors"));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(Files.exists(out.resolve("out.safetensors")));

        new SafetensorsWriter().add("inputs", right.reshape(2, 2, 27, 14, 10)).write(feed);
        assertRefused(feed, "patches: expected the shape [pairs, 2, 27, 10, 14]");
        new SafetensorsWriter().add("inputs", right.reshape(4, 27, 14, 10)).write(feed);
        assertRefused(feed, "expected the shape [batch, 2, 27, height, width], each 1 or more");
        new SafetensorsWriter().add("pixel_values", right).write(feed);
        assertRefused(feed, "unknown input; expected inputs [batch, 2, 27, height, width]");
        new SafetensorsWriter()
                .add("inputs", right)
                .add("attention_mask", Tensor.zeros(2, 140))
                .write(feed);
        assertRefused(feed, "unknown input; expected inputs");
        new SafetensorsWriter().write(feed);
        assertRefused(feed, "has no tensor inputs [batch, 2, 27, height, width]");
    }

    private static Run forward(Path feed, Path output) {
        return Run.of("forward", "--model", model, "--feed", feed.toString(), "--out", output.toString());
    }

    private static void assertRefused(Path feed, String message) {
        Path output = feed.resolveSibling("refused.safetensors");
        assertMistake(1, message, forward(feed, output));
        assertFalse(Files.exists(output));
    }
}
