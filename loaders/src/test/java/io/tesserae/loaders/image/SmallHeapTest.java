package io.tesserae.loaders.image;

import static io.tesserae.otherjvm.OtherJvm.attempt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.ImageProcessorConfig;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.loaders.processor.Resize;
import io.tesserae.loaders.processor.TargetSize;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.otherjvm.OtherJvm;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pictures that are too large for the JVM's memory, in a JVM with little of it. */
class SmallHeapTest {

    /** What the other JVM does. */
    public static final class Attempts {

        private Attempts() {}

        /** Prints what each attempt threw. */
        public static void main(String[] arguments) {
            RgbImage thin = new RgbImage(60_000, 1, new byte[3 * 60_000]);
            ImageProcessor processor = new ImageProcessor(
                    new ImageProcessorConfig(
                            Optional.of(new TargetSize.ShortestEdge(32)),
                            ResampleFilter.BILINEAR,
                            Optional.empty(),
                            1,
                            List.of(0.0, 0.0, 0.0),
                            List.of(1.0, 1.0, 1.0)),
                    Engine.shared());
            attempt(() -> processor.process(thin));
            attempt(() -> processor.process(List.of(thin)));
            attempt(() -> Resize.resize(thin, 60_000, 5_000, ResampleFilter.BICUBIC));
            AutoVisionModel model = AutoVisionModel.fromPretrained(Path.of(arguments[0]));
            Tensor picture = Tensor.zeros(3, 8 * 128, 8 * 127);
            attempt(() -> model.forward(
                    ImageBatch.of(List.of(picture, picture, picture, picture)), OutputOptions.RESULT_ONLY, true));
        }
    }

    @Test
    void anExceptionSaysSo() throws IOException, InterruptedException {
        List<String> lines = OtherJvm.run(
                Attempts.class,
                List.of("-Xmx48m"),
                Path.of("..", "testdata", "fixtures", "dinov2-classify").toString());
        assertEquals(4, lines.size(), lines.toString());
        for (String line : lines) {
            assertTrue(line.startsWith(ImageException.class.getName() + ": too little memory "), line);
            assertTrue(line.contains("Give the JVM more with -Xmx"), line);
        }
        assertTrue(
                lines.getFirst().contains("to bring a picture of 60000 x 1 pixels to 1920000 x 32"), lines.getFirst());
        assertTrue(lines.getLast().contains("run the model on 4 pictures at once"), lines.getLast());
    }
}
