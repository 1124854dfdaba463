<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\Schema;

return new class extends Migration {
    public function up(): void
    {
        Schema::create('clicks', function ($table) {
            $table->id();
            $table->string('change')->index();
            $table->dropIndex('old');
        });
    }

    public function down(): void
    {
        Schema::drop('clicks');
    }
};
