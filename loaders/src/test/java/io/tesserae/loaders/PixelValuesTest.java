package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.tesserae.family.Input;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From a picture's file to what the model is fed: the reference's pixel values, to the last bit. */
class PixelValuesTest {

    /** Published weights and photos lie beside the repository on some machines, and are not part of it. */
    private static final Path REAL = Path.of("..", "..", "shared", "real");

    /** Differs in decoding already: docs/vision.md says why. */
    private static final String OVERFLOWING = "images/pillow/hopper_bad_exif.jpg";

    static List<Fixture> fixtures() {
        return Fixture.of(Input.PIXELS).stream()
                .filter(fixture -> Files.exists(fixture.folder().resolve("preprocessor_config.json")))
                .filter(fixture -> !pictures(fixture).isEmpty()) // others were fed numbers, and no picture
                .toList();
    }

    private static JsonArray pictures(Fixture fixture) {
        try {
            return JsonParser.parseString(Files.readString(fixture.folder().resolve("expected.json")))
                    .getAsJsonObject()
                    .getAsJsonArray("inputs");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyPictureOfTheFixtures(Fixture fixture) throws IOException {
        JsonArray inputs = pictures(fixture);
        ImageProcessor processor = AutoImageProcessor.fromPretrained(fixture.folder());
        try (SafetensorsFile expected = fixture.expected()) {
            Tensor pixelValues = Fixture.tensor(expected, "in.pixel_values"); // [pictures, 3, height, width]
            assertEquals(pixelValues.dimension(0), inputs.size());
            int size = pixelValues.size() / inputs.size();
            for (int i = 0; i < inputs.size(); i++) {
                Path file = fixture.folder().resolve(inputs.get(i).getAsString());
                Tensor found = processor.process(ImageFiles.read(file));
                assertEquals(size, found.size(), file.toString());
                for (int value = 0; value < size; value++) {
                    assertEquals(
                            Float.floatToRawIntBits(pixelValues.data()[i * size + value]),
                            Float.floatToRawIntBits(found.data()[value]),
                            file + ", value " + value);
                }
            }
        }
    }

    @Test
    void everyRealPicture() throws IOException {
        assumeTrue(Files.isDirectory(REAL), "published weights are not there");
        ImageProcessor processor = AutoImageProcessor.fromPretrained(REAL.resolve("deit-tiny"));
        List<String> lines = Files.readAllLines(Path.of("..", "testdata", "images", "real-pixel-values.tsv"));
        assertTrue(lines.size() == 72, lines.size() + " pictures");
        for (String line : lines) {
            String[] cells = line.split("\t");
            if (!cells[0].equals(OVERFLOWING)) {
                Tensor found = processor.process(ImageFiles.read(REAL.resolve(cells[0])));
                assertEquals(cells[1], sha256(found), cells[0]);
            }
        }
    }

    private static String sha256(Tensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.data(), 0, tensor.size());
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
