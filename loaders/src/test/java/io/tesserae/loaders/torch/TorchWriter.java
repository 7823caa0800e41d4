package io.tesserae.loaders.torch;

import io.tesserae.tensor.Precision;
import io.tesserae.tensor.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a checkpoint's tensors as {@code torch.save} writes a state dict. */
public final class TorchWriter {

    private final ByteArrayOutputStream program = new ByteArrayOutputStream();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(bytes);
    private int storages;

    private TorchWriter() {}

    public static byte[] write(TensorSource source) throws IOException {
        TorchWriter writer = new TorchWriter();
        writer.say("\u0080\2}(");
        for (String name : source.names()) {
            writer.tensor(source, name);
        }
        writer.say("u.");
        writer.entry("model/data.pkl", writer.program.toByteArray());
        writer.entry("model/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        writer.zip.close();
        return writer.bytes.toByteArray();
    }

    private void tensor(TensorSource source, String name) throws IOException {
        long[] shape = source.shape(name);
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[count];
        source.read(name, 0, values, 0, count);
        Precision precision = source.precision(name);
        String key = String.valueOf(storages++);
        entry("model/data/" + key, encode(values, precision));
        String kind = switch (precision) {
            case FLOAT16 -> "HalfStorage";
            case BFLOAT16 -> "BFloat16Storage";
            default -> "FloatStorage";
        };
        text(name);
        say("ctorch._utils\n_rebuild_tensor_v2\n((");
        text("storage");
        say("ctorch\n" + kind + "\n");
        text(key);
        text("cpu");
        number(count);
        say("tQK\0(");
        for (long dimension : shape) {
            number((int) dimension);
        }
        say("t(");
        int stride = count;
        for (long dimension : shape) {
            stride = dimension == 0 ? 0 : stride / (int) dimension;
            number(stride);
        }
        say("t\u0089ccollections\nOrderedDict\n)RtR");
    }

    private static byte[] encode(float[] values, Precision precision) {
        ByteBuffer encoded = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (precision) {
                case FLOAT16 -> encoded.putShort(Float.floatToFloat16(value));
                case BFLOAT16 -> encoded.putShort((short) (Float.floatToRawIntBits(value) >>> Short.SIZE));
                default -> encoded.putFloat(value);
            }
        }
        return Arrays.copyOf(encoded.array(), encoded.position());
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        program.write('X');
        integer(utf8.length);
        program.writeBytes(utf8);
    }

    private void number(int value) {
        program.write('J');
        integer(value);
    }

    private void integer(int value) {
        program.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private void say(String instructions) {
        program.writeBytes(instructions.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void entry(String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 sum = new CRC32();
        sum.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
    }
}
