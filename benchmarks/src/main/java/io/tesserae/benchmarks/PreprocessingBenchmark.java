package io.tesserae.benchmarks;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.CenterCrop;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.ImageProcessorConfig;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.loaders.processor.TargetSize;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From a decoded picture to pixel values: resize, crop, normalise. {@code peers/pillow_preprocessing.py} measures the same in
 * Python.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class PreprocessingBenchmark {

    /** What models' processors do, by the models. */
    public enum Model {
        /** Bilinear to 224 x 224. */
        VIT(new TargetSize.Exactly(224, 224), ResampleFilter.BILINEAR, null),
        /** Bicubic to 256 x 256, of which the middle 224 x 224. */
        DEIT(new TargetSize.Exactly(256, 256), ResampleFilter.BICUBIC, new ImageSize(224, 224)),
        /** Bicubic to a shorter side of 256, of which the middle 224 x 224. */
        DINOV2(new TargetSize.ShortestEdge(256), ResampleFilter.BICUBIC, new ImageSize(224, 224));

        private final TargetSize resize;
        private final ResampleFilter resample;
        private final Optional<CenterCrop> crop;

        Model(TargetSize resize, ResampleFilter resample, ImageSize crop) {
            this.resize = resize;
            this.resample = resample;
            this.crop = Optional.ofNullable(crop).map(CenterCrop.AfterResize::new);
        }

        ImageProcessor processor(Engine engine) {
            List<Double> halves = List.of(0.5, 0.5, 0.5);
            return new ImageProcessor(
                    new ImageProcessorConfig(Optional.of(resize), resample, crop, 1 / 255.0, halves, halves), engine);
        }
    }

    /** A picture and what prepares it. */
    @State(Scope.Benchmark)
    public static class Picture {

        /** Width x height: a photo of 12 megapixels, a picture from the web, one of CIFAR-10's. */
        @Param({"4000x3000", "640x480", "32x32"})
        public String size = "4000x3000";

        @Param
        public Model model = Model.VIT;

        @Param({"1", "2"})
        public int threads = 1;

        private Engine engine;
        private ImageProcessor processor;
        private RgbImage image;

        @Setup(Level.Trial)
        public void start() {
            engine = Engine.builder().threads(threads).build();
            processor = model.processor(engine);
            String[] sides = size.split("x");
            int width = Integer.parseInt(sides[0]);
            int height = Integer.parseInt(sides[1]);
            byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
            new Random(1).nextBytes(pixels);
            image = new RgbImage(width, height, pixels);
        }

        @TearDown(Level.Trial)
        public void stop() {
            engine.close();
        }
    }

    @Benchmark
    public Tensor process(Picture state) {
        return state.processor.process(state.image);
    }
}
