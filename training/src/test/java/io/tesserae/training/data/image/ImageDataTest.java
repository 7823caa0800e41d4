package io.tesserae.training.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.LabelSet;
import io.tesserae.training.data.TextEncoder;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.failure.TrainingException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ImageDataTest {

    private static final Tokenizer TOKENIZER =
            AutoTokenizer.fromPretrained(Path.of("../testdata/spec-cases/tiny-vocab"));

    /** The red of a picture's first pixel, as one pixel. */
    private static final PictureReader RED =
            new PictureReader(image -> Tensor.of(new float[] {image.pixels()[0] & 0xFF}, 1, 1, 1));

    @TempDir
    Path folder;

    @BeforeEach
    void draw() throws IOException {
        draw("train/dog/b.png", 20);
        draw("train/dog/a.png", 10);
        draw("train/cat/z.png", 30);
        Files.writeString(folder.resolve("train/.hidden"), "");
        Files.writeString(folder.resolve("train/dog/.hidden"), "");
    }

    private void draw(String name, int red) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, red << 16);
        ImageIO.write(image, "png", file.toFile());
    }

    private static void refused(Executable action, String... parts) {
        String message = assertThrows(TrainingException.class, action).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void aFolderIsALabelAndAllIsSorted() {
        LabelledImageReader reader = LabelledImageReader.of(folder.resolve("train"));
        assertEquals(List.of("cat", "dog"), reader.labels().names());
        Dataset<LabelledImage> data = reader.read(reader.labels());
        LabelledImageBatch batch = LabelledImageBatch.of(data.get(new int[] {0, 1, 2}), RED);
        assertArrayEquals(new int[] {0, 1, 1}, batch.labels());
        assertEquals(30, batch.images().pixelValues(0).data()[0]);
        assertEquals(10, batch.images().pixelValues(1).data()[0]);
        assertEquals(20, batch.images().pixelValues(2).data()[0]);
    }

    @Test
    void whatIsNoFolderOfLabelsIsRefused() throws IOException {
        Path train = folder.resolve("train");
        refused(() -> LabelledImageReader.of(folder.resolve("absent")), "absent", "found nothing");
        refused(() -> LabelledImageReader.of(train.resolve("dog")), "a.png", "expected only folders");
        LabelledImageReader reader = LabelledImageReader.of(train);
        refused(() -> reader.read(new LabelSet(List.of("dog"))), "cat: expected one of the 1 labels");
        Path broken = Files.writeString(train.resolve("dog/c.png"), "no picture");
        Dataset<LabelledImage> data = reader.read(reader.labels());
        refused(() -> LabelledImageBatch.of(data.get(new int[] {3}), RED), broken.toString());
        Files.writeString(broken, "");
        refused(() -> reader.read(reader.labels()), broken.toString(), "an empty file");
        Files.delete(broken);
        Files.createDirectory(train.resolve("bird"));
        LabelledImageReader withEmpty = LabelledImageReader.of(train);
        refused(() -> withEmpty.read(withEmpty.labels()), "bird", "an empty folder");
    }

    @Test
    void aPictureThatTheProcessorRefusesIsNamed() {
        PictureReader refusing = new PictureReader(image -> {
            throw new IllegalArgumentException("too small");
        });
        refused(() -> refusing.pixelValues(folder.resolve("train/dog/a.png")), "a.png: too small");
    }

    @Test
    void captionsAreTokensAndTheNextOnes() throws IOException {
        Files.writeString(
                folder.resolve("train/metadata.jsonl"),
                "{\"file_name\": \"dog/a.png\", \"text\": \"anna sings\"}\n{\"file_name\": \"cat/z.png\", \"text\": \"a\"}\n");
        TextEncoder encoder = new TextEncoder(TOKENIZER, 16);
        CaptionReader reader = new CaptionReader(encoder, Columns.RECOGNISED, CaptionTokens.between(7, 9));
        CaptionBatch batch =
                CaptionBatch.of(reader.read(folder.resolve("train")).get(new int[] {0, 1}), RED);
        int[] own = TOKENIZER.encode("anna sings").inputIds();
        int[] ids = batch.captions().inputIds();
        int next = batch.captions().sequenceStarts()[1];
        assertEquals(7, ids[0]);
        assertEquals(own[1], ids[1]);
        assertEquals(9, ids[next - 1]);
        assertEquals(own.length, next);
        for (int i = 0; i < ids.length; i++) {
            boolean last = i == next - 1 || i == ids.length - 1;
            assertEquals(last ? LabelSet.IGNORED : ids[i + 1], batch.labels()[i]);
        }
        assertEquals(10, batch.images().pixelValues(0).data()[0]);
        CaptionReader ofTokenizer = new CaptionReader(encoder, Columns.RECOGNISED, CaptionTokens.OF_TOKENIZER);
        assertArrayEquals(
                own, ofTokenizer.read(folder.resolve("train")).get(0).caption().inputIds());
    }

    @Test
    void longCaptionsAreCutBetweenTheirFirstAndLastToken() throws IOException {
        Path file = Files.writeString(
                folder.resolve("captions.json"),
                "{\"image\": \"train/dog/a.png\", \"text\": \"" + "anna ".repeat(20) + "\"}\n");
        int[] ids = new CaptionReader(new TextEncoder(TOKENIZER, 8), Columns.RECOGNISED, CaptionTokens.between(7, 9))
                .read(file)
                .get(0)
                .caption()
                .inputIds();
        assertEquals(8, ids.length);
        assertEquals(7, ids[0]);
        assertEquals(9, ids[7]);
    }

    @Test
    void aCaptionWithoutItsPictureIsRefused() throws IOException {
        CaptionReader reader =
                new CaptionReader(new TextEncoder(TOKENIZER, 8), Columns.RECOGNISED, CaptionTokens.OF_TOKENIZER);
        Path file = Files.writeString(
                folder.resolve("captions.jsonl"),
                "{\"image\": \"train/dog/a.png\", \"text\": \"a\"}\n{\"image\": \"train/dog/x.png\", \"text\": \"a\"}\n");
        refused(() -> reader.read(file), "captions.jsonl, line 2: expected a picture", "x.png");
        Files.writeString(file, "{\"image\": \"a\\u0000b\", \"text\": \"a\"}\n");
        refused(() -> reader.read(file), "captions.jsonl, line 1: ");
        refused(() -> reader.read(folder.resolve("train")), "expected metadata.jsonl or metadata.csv");
    }
}
